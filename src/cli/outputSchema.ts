/** The JSON Schema of what commands print with `--json`: `schema/output.schema.json`. */
import { z } from "zod";
import { failureSchema, validationSchema } from "./shared/json";

const change = z.object({
  operation: z.enum(["create", "adopt", "update", "replace", "delete"]),
  kind: z.string().meta({ description: "The resource type: Webhook." }),
  name: z.string(),
  fields: z.array(z.string()).meta({ description: "The fields that differ." }),
});

const count = z.int().min(0);

/** By the name of the command. */
const outputs = {
  failure: failureSchema,
  validate: validationSchema,
  operation: z
    .object({
      operation: z.enum(["preview", "up", "destroy"]),
      succeeded: z.boolean(),
      seconds: z.number(),
      skipped: z
        .array(z.string())
        .meta({ description: "Pulumi stacks that the operation was not started on." }),
      counts: z.object({
        create: count,
        adopt: count,
        update: count,
        replace: count,
        delete: count,
        unchanged: count,
      }),
      notLookedAt: count.optional().meta({
        description: "With --changed: declared resources that were not looked at.",
      }),
      oldestReadSeconds: count.optional().meta({
        description: "How old the oldest response is that a preview took from an interrupted one.",
      }),
      moves: z.array(z.looseObject({ name: z.string(), from: z.string(), to: z.string() })),
      shards: z.array(
        z.looseObject({
          stack: z.string(),
          succeeded: z.boolean(),
          changes: z.array(z.looseObject(change.shape)),
          unchanged: count,
          messages: z.array(z.looseObject({ severity: z.string(), text: z.string() })),
          seconds: z.number(),
        }),
      ),
    })
    .meta({ description: "preview, up and destroy." }),
  init: z
    .object({
      folder: z.string(),
      workspace: z.string(),
      language: z.enum(["yaml", "typescript"]),
      backend: z.string().optional().meta({ description: "Missing: the one of pulumi login." }),
      credentials: z.enum(["environment", "keychain", "pass"]),
      profile: z.string().optional(),
      import: z.boolean(),
      version: z.string().meta({ description: "Of this package." }),
      written: z.array(z.string()).meta({ description: "Files, relative to the folder." }),
      next: z.object({
        variables: z.array(z.object({ name: z.string(), what: z.string() })),
        first: z.array(z.string()),
        commands: z.array(z.object({ command: z.string(), what: z.string() })),
      }),
    })
    .meta({ description: "init." }),
};

export type CommandOutput = keyof typeof outputs;

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
