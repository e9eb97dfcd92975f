/** The output of the commands that write projects: `init`, `init pipelines`, `import`. */
import { z } from "zod";
import { count, credential, stackName } from "./common";

const imported = z
  .object({
    stack: z.string(),
    credential,
    written: z.boolean().meta({ description: "false: with --dry-run." }),
    taken: count.meta({ description: "The live objects that are declared." }),
    fresh: count.meta({ description: "Those of them that are new in the YAML." }),
    files: z.array(z.string()),
    notes: z.array(z.string()).meta({ description: "What exists and was not imported." }),
    toSupply: z.array(
      z.object({ what: z.string(), how: z.string().meta({ description: "Where to put the secret." }) }),
    ),
    terraform: z
      .object({
        tool: z.enum(["terraform", "tofu"]),
        resources: count,
        taken: count,
        addresses: z.array(z.string()).meta({ description: "To remove from Terraform." }),
        beyond: z.array(z.string()),
        secrets: z.array(z.string()).meta({ description: "Those whose values came from its state." }),
      })
      .optional(),
    state: z.object({
      added: z.record(stackName, count),
      renamed: z.array(z.object({ held: z.string(), declared: z.string() })),
      differing: z
        .array(
          z.object({
            resource: z.string().meta({ description: "Webhook api:ci" }),
            added: z.boolean().meta({
              description: "true: the next apply changes it. false: the next apply stops at it.",
            }),
            fields: z.array(z.string()),
            fixed: z.array(z.string()).meta({ description: "Those that cannot be changed in place." }),
            unknown: z
              .record(z.string(), z.string())
              .meta({ description: "Those whose values cannot be looked up, with the reason." }),
            members: count.meta({ description: "The resources in it that were left out with it." }),
          }),
        )
        .meta({ description: "What was missing from the state, and is not as declared." }),
    }),
  })
  .meta({ description: "import." });

export type ImportReport = z.input<typeof imported>;

export const projectOutputs = {
  init: z
    .object({
      folder: z.string(),
      workspace: z.string(),
      language: z.enum(["yaml", "typescript"]),
      program: z
        .enum(["compiled", "node"])
        .optional()
        .meta({ description: "Missing: the language is TypeScript." }),
      backend: z.string().optional().meta({ description: "Missing: the one of pulumi login." }),
      credentials: z.enum(["environment", "keychain", "pass"]),
      profile: z.string().optional(),
      import: z.boolean(),
      version: z.string().meta({ description: "Of this package." }),
      written: z.array(z.string()).meta({ description: "Files, relative to the folder." }),
      imported: imported.optional(),
      next: z.object({
        variables: z.array(z.object({ name: z.string(), what: z.string() })),
        first: z.array(z.string()),
        commands: z.array(z.object({ command: z.string(), what: z.string() })),
      }),
    })
    .meta({ description: "init." }),
  pipelines: z
    .object({
      path: z.string(),
      text: z.string().optional().meta({ description: "With --print: the file, which is not written." }),
      variables: z.array(z.object({ name: z.string(), secured: z.boolean(), what: z.string() })),
      missing: z.array(z.string()).meta({ description: "Secrets that a step cannot access." }),
      packages: z.array(z.string()).meta({ description: "What npm ci would miss." }),
    })
    .meta({ description: "init pipelines." }),
  import: imported,
};
