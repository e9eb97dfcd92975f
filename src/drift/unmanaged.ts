/** Turns unmanaged resources, which src/unmanaged finds, into findings. */
import { rootOf } from "../desired";
import { formatCount } from "../errors/count";
import { fieldsMarked, secretFieldsOf } from "../kinds/kind";
import type { UnreadablePart } from "../live";
import { digestOf } from "../model/canonical";
import { groupBy } from "../model/groupBy";
import { buildLink } from "../model/settingsPage";
import { severityOfExtra } from "../model/severity";
import { type Discovery, nameOf, type UnmanagedObject } from "../unmanaged";
import type { DriftFinding } from "./model";
import { toShownValue } from "./shownValue";

export function unmanagedFindings({ objects, unreadable }: Discovery, workspace: string): DriftFinding[] {
  const kinds = groupBy(unreadable, ({ kind }) => kind.name);
  return [
    ...objects.map((one) => toFinding(one, workspace)),
    ...[...kinds.values()].map((all) => toUnreadFinding(all)).filter((finding) => finding !== undefined),
  ];
}

/** The id of the finding about an unmanaged object. */
export function unmanagedFindingId({ kind, at, found }: UnmanagedObject): string {
  return digestOf(["unmanaged", kind.name, at, found.id]).slice(0, 12);
}

function toFinding(one: UnmanagedObject, workspace: string): DriftFinding {
  const { kind, found, policy, owner } = one;
  const name = nameOf(one);
  // Nobody has declared whether the value of an unmanaged variable may be shown.
  const secret = new Set([...secretFieldsOf(kind, found.args), ...fieldsMarked(kind, "secret")]);
  const fields = Object.keys(kind.args.shape)
    .filter((field) => found.args[field] !== undefined)
    .map((field) => ({
      field,
      live: toShownValue(found.args[field], secret.has(field)),
      secret: secret.has(field),
      severity: "low" as const,
    }));
  const root = owner && rootOf(owner);
  const repository = root?.kind.parentRole === "repository" ? root.name : one.repository;
  const note =
    policy === "fail"
      ? 'YAML sets "unmanaged: fail" for it: previews and applies stop until it is deleted or declared.'
      : undefined;
  return {
    id: unmanagedFindingId(one),
    fingerprint: digestOf(["unmanaged", kind.name, name, fields]),
    case: "unmanaged",
    severity: severityOfExtra(kind, found.args),
    kind: kind.name,
    title: kind.title,
    name,
    ...(one.project === undefined ? {} : { project: one.project }),
    ...(repository === undefined ? {} : { repository }),
    ...(policy === "remove" ? { operation: "delete" as const } : {}),
    fields,
    ...(note === undefined ? {} : { note }),
    link: buildLink(
      kind,
      { workspace, project: one.project, repository: one.repository },
      { ...found.args, environment: one.environment },
    ),
  };
}

/** One finding for each kind that could not be searched for, however many places are affected. */
function toUnreadFinding(all: readonly UnreadablePart[]): DriftFinding | undefined {
  const [first] = all;
  if (!first) return undefined;
  const { kind, reason } = first;
  const name = `unmanaged, in ${formatCount(all.length, "place")}`;
  return {
    id: digestOf(["unreadable", "unmanaged", kind.name]).slice(0, 12),
    fingerprint: digestOf(["unreadable", "unmanaged", kind.name, reason]),
    case: "unreadable",
    severity: "medium",
    kind: kind.name,
    title: kind.title,
    name,
    fields: [],
    note: reason,
  };
}
