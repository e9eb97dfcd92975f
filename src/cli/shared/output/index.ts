/** The JSON Schema of what commands print with `--json`: `schema/output.schema.json`. */
import { z } from "zod";
import { failureSchema } from "./failure";
import { projectOutputs } from "./project";
import { serviceOutputs } from "./service";
import { stackOutputs } from "./stack";

/** By their names in the schema. */
export const outputs = { failure: failureSchema, ...stackOutputs, ...projectOutputs, ...serviceOutputs };

export type CommandOutput = keyof typeof outputs;

/** The definition of each command's output, or the file of its own schema. */
export const outputOfCommand: Readonly<Record<string, CommandOutput | `${string}.schema.json`>> = {
  init: "init",
  "init pipelines": "pipelines",
  validate: "validate",
  explain: "explain",
  preview: "operation",
  up: "operation",
  destroy: "operation",
  import: "import",
  drift: "drift.schema.json",
  audit: "audit.schema.json",
  "access-review": "access-review.schema.json",
  listen: "listen.schema.json",
  "plan show": "plan",
  "plan join": "plan",
  "plan push": "planLocation",
  "plan pull": "plan",
  "plan remove": "planLocation",
  forget: "forget",
  repair: "repair",
  report: "report",
  "auth status": "authStatus",
  "auth scopes": "authScopes",
  doctor: "doctor",
  unmanaged: "unmanaged",
  "caches clear": "caches",
  "git url": "gitUrl",
  "git clone": "gitClone",
  "git remote set": "gitRemotes",
  "migrate audit": "migrateAudit",
  "migrate checklist": "migrateChecklist",
};

/** The schema of each output is below `$defs`, and any of them is valid. */
export function outputSchema(): unknown {
  const definitions = Object.fromEntries(
    Object.entries(outputs).map(([name, schema]) => {
      const { $schema: _, ...rest } = z.toJSONSchema(schema, { io: "input" });
      return [name, rest];
    }),
  );
  return {
    $schema: "https://json-schema.org/draft/2020-12/schema",
    title: "Output of bitbucket-as-code with --json",
    description: "drift, audit, access-review and listen have schemas of their own.",
    anyOf: Object.keys(outputs).map((name) => ({ $ref: `#/$defs/${name}` })),
    $defs: definitions,
  };
}
