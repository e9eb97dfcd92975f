/** Where an object lives, from and to the inputs of its resource. */
import { z } from "zod";
import type { Kind, Location, ParentName, Properties, ValueIssue } from "../kinds/kind";
import { oncePer } from "../kinds/memo";
import { toCanonicalUuid } from "../kinds/uuid";

/** The inputs that say where an object of this kind lives: a workspace, and what it belongs to in it. */
export const locationFields = oncePer((kind: Kind): readonly ParentName[] => {
  // The account is the credential's own.
  if (kind.parents.includes("account")) return [];
  const fields = new Set<ParentName>(["workspace"]);
  for (const parent of kind.parents) {
    if (parent === "environment") fields.add("repository");
    fields.add(parent);
  }
  return [...fields];
});

const text = z.string().min(1);

/** Of a program with this package's classes. */
const workspaceIsRequired =
  "is required: set it here, or set bitbucket:workspace in the stack's configuration, or BITBUCKET_WORKSPACE";

/** Problems with where the object is said to live. */
export function checkLocation(kind: Kind, inputs: Properties): readonly ValueIssue[] {
  const issues: ValueIssue[] = [];
  for (const field of locationFields(kind)) {
    if (inputs[field] !== undefined && !text.safeParse(inputs[field]).success) {
      issues.push({ path: [field], message: "must be a non-empty string" });
    }
  }
  if (kind.parents.includes("account")) return issues;
  if (inputs.workspace === undefined) {
    issues.push({ path: ["workspace"], message: workspaceIsRequired, lacks: "workspace" });
  }
  const owners = kind.parents.filter((parent) => parent !== "workspace");
  const given = owners.filter((parent) => inputs[parent] !== undefined);
  if (given.length === 0 && !kind.parents.includes("workspace")) {
    issues.push({
      path: [owners[0] ?? "workspace"],
      message: `is required: a ${kind.title} belongs to a ${owners.join(" or a ")}`,
    });
  }
  if (inputs.environment !== undefined && inputs.repository === undefined) {
    issues.push({ path: ["repository"], message: "is required with environment" });
  }
  if (inputs.project !== undefined && inputs.repository !== undefined && owners.includes("project")) {
    issues.push({ path: ["project"], message: "and repository are mutually exclusive" });
  }
  return issues;
}

/** The location in a resource's inputs or outputs, with UUIDs in lower case, and the project as it is written there: a key or a UUID. */
export function toLocation(kind: Kind, values: Properties): Location {
  const at: Partial<Record<ParentName, string>> = {};
  for (const field of locationFields(kind)) {
    const value = values[field];
    if (typeof value === "string") at[field] = toCanonicalUuid(value);
  }
  return { ...at, workspace: String(values.workspace ?? "") };
}
