/** Words that all reports of a review have in common. */

import { formatCount } from "../../errors/count";
import type { AccessGrant, AccessReview } from "../model";

export function describeHolder({ holder: { type, id, name, isMember } }: AccessGrant): string {
  const shown = type === "group" ? `group ${id}` : (name ?? id);
  return isMember === false ? `${shown} (not a member)` : shown;
}

/** `group developers`, or one of several. */
export function describeSource({ through, groups = [] }: AccessGrant): string {
  if (through !== "group") return through;
  return groups.length === 1 ? `group ${groups[0]}` : `one of the groups ${groups.join(", ")}`;
}

export function describeSince({ since }: AccessGrant): string {
  return since === undefined ? "unknown" : since.slice(0, 10);
}

/** Of a review of a stack: where the YAML says so. */
export function describeDeclaration({ declared, through, level }: AccessGrant): string {
  if (declared === undefined) return through === "direct" && level !== "workspace" ? "not in YAML" : "";
  return `${declared.file}:${declared.line}${declared.until === undefined ? "" : `, until ${declared.until}`}`;
}

export function describeTotals({ grants, repositories, projects }: AccessReview): string {
  const users = new Set(grants.flatMap(({ holder }) => (holder.type === "user" ? [holder.id] : [])));
  const groups = new Set(grants.flatMap(({ holder }) => (holder.type === "group" ? [holder.id] : [])));
  return `${formatCount(grants.length, "right")} of ${formatCount(users.size, "user")} and ${formatCount(groups.size, "group")}, on ${formatCount(projects, "project")} and ${formatCount(repositories, "repository", "repositories")}`;
}

/** What somebody who reviews looks at first. */
export function findRemarkable({ grants, stack }: AccessReview): readonly {
  readonly title: string;
  readonly grants: readonly AccessGrant[];
}[] {
  const groups = [
    { title: "Not a member of the workspace", grants: grants.filter((one) => one.holder.isMember === false) },
    {
      title: "Admin rights granted to a user",
      grants: grants.filter(
        (one) => one.holder.type === "user" && (one.permission === "admin" || one.permission === "owner"),
      ),
    },
    ...(stack === undefined
      ? []
      : [
          {
            title: "Granted, and not in the YAML",
            grants: grants.filter((one) => describeDeclaration(one) === "not in YAML"),
          },
        ]),
    { title: "Limited with until", grants: grants.filter((one) => one.declared?.until !== undefined) },
  ];
  return groups.filter((group) => group.grants.length > 0);
}
