/** The output of the commands for stacks, their plans and their state. */
import { z } from "zod";
import { planFormat } from "../../../plan/file/format";
import { count, credential, kind, operation, position, stackName } from "./common";
import { problemSchema } from "./failure";

const layered = {
  layer: z.enum(["default", "defaults", "rule", "profile", "delegated", "own", "implied"]),
  of: z.string().optional().meta({ description: "The profile's name, or the rule's globs." }),
  allowedAt: position.optional().meta({ description: "The rule of delegation: that allows it." }),
  position: position.optional(),
  value: z
    .unknown()
    .meta({ description: "A secret is { fromEnv: NAME } and the like. null: removes what is inherited." }),
};
const overrides = z
  .array(z.object(layered))
  .meta({ description: "Overridden values, the most specific first." });

const properties = z.record(z.string(), z.unknown()).meta({ description: "Secrets are masked." });

const wasDeleted = z
  .literal(true)
  .optional()
  .meta({ description: "Somebody deleted it in Bitbucket: it is recreated, without what it contained." });

const move = z.object({ name: z.string(), from: stackName, to: stackName });

export const validationSchema = z
  .object({
    path: z.string().meta({ description: "The file or folder of the stack." }),
    resources: count,
    files: count,
    warnings: z.array(problemSchema),
    undecidedPolicies: z.array(z.string()).optional().meta({
      description:
        "Policies about which only a run with the live state decides. Omitted: there is no policy.",
    }),
    team: z
      .object({
        file: z.string(),
        rules: z.array(z.string()),
        repositories: count,
        properties: count,
      })
      .optional()
      .meta({ description: "With --team-file or --repository-file: what the file sets." }),
    unreadRepositoryFiles: count.optional().meta({
      description:
        "Repositories whose own files a run reads and this did not. Omitted: there are none, or --repository-file was checked.",
    }),
  })
  .meta({ description: "validate. Problems come as a failure." });

export const stackOutputs = {
  validate: validationSchema,
  explain: z
    .object({
      workspace: z.string(),
      name: z.string(),
      resources: z.array(
        z.object({
          kind,
          name: z.string(),
          position,
          fields: z.array(
            z.object({
              field: z.string().meta({ description: "description, or a nested path: development.name." }),
              ...layered,
              overrides,
            }),
          ),
        }),
      ),
      removed: z
        .array(z.object({ section: z.string(), name: z.string(), by: z.object(layered), overrides }))
        .meta({ description: "Values of a less specific place that null removed." }),
    })
    .meta({ description: "explain." }),
  operation: z
    .object({
      operation: z.enum(["preview", "up", "destroy"]),
      workspace: z.string(),
      credential,
      succeeded: z.boolean(),
      seconds: z.number(),
      skipped: z
        .array(stackName)
        .meta({ description: "Pulumi stacks that the operation was not started on." }),
      counts: z.object({
        create: count,
        adopt: count,
        update: count,
        replace: count,
        delete: count,
        unchanged: count,
      }),
      moves: z.array(move),
      shards: z.array(
        z.object({
          stack: stackName,
          succeeded: z.boolean(),
          changes: z.array(
            z.object({
              operation,
              kind,
              name: z.string(),
              id: z.string().optional().meta({ description: "Once it is known." }),
              fields: z.array(z.string()).meta({ description: "Those of an update that differ." }),
              wasDeleted,
              before: properties.optional(),
              after: properties.optional(),
            }),
          ),
          unchanged: count,
          messages: z.array(
            z.object({
              severity: z.enum(["info", "warning", "error"]),
              text: z.string(),
              about: z.string().optional().meta({ description: "Repository api" }),
            }),
          ),
          seconds: z.number(),
        }),
      ),
      notLookedAt: count
        .optional()
        .meta({ description: "With --changed: declared resources that were left." }),
      oldestReadSeconds: z.number().optional().meta({
        description: "The age of the oldest response that a preview took from an interrupted one.",
      }),
    })
    .meta({ description: "preview, up and destroy." }),
  plan: z
    .object({
      format: z.literal(planFormat),
      tool: z.string().meta({ description: "The version that created it." }),
      stack: z.string(),
      workspace: z.string(),
      server: z.object({ api: z.string(), workspaceUuid: z.string().optional() }),
      createdAt: z.iso.datetime(),
      sources: z.record(z.string(), z.string()).meta({ description: "Digests of the YAML files." }),
      only: z.array(stackName).optional().meta({ description: "Missing: all shards." }),
      changes: z.array(
        z.object({
          stack: stackName,
          operation,
          kind,
          name: z.string(),
          fields: z
            .array(z.object({ field: z.string(), old: z.unknown().optional(), new: z.unknown().optional() }))
            .meta({ description: "Secret values are hidden." }),
          wasDeleted,
          position: position.optional().meta({ description: "Missing: what is deleted is not declared." }),
        }),
      ),
      unchanged: count,
      moves: z.array(move),
    })
    .meta({ description: "plan show, plan join and plan pull." }),
  planLocation: z
    .object({ repository: z.string(), name: z.string().meta({ description: "Of the download." }) })
    .meta({ description: "plan push and plan remove." }),
  forget: z
    .object({
      forgotten: z.array(
        z.object({
          stack: stackName,
          kind,
          name: z.string(),
          id: z.string(),
          withOwner: z.boolean().meta({ description: "It belongs to one of the others." }),
        }),
      ),
      stillDeclared: z
        .array(z.object({ kind, name: z.string(), ...position.shape }))
        .meta({ description: "In the YAML: an apply adopts them again." }),
    })
    .meta({ description: "forget." }),
  repair: z
    .object({
      shards: z.array(
        z.object({
          stack: stackName,
          findings: z.array(
            z.object({
              case: z.enum(["pending", "added", "gone", "differs", "unreadable"]),
              resource: z.string().meta({ description: "Webhook api:ci" }),
              detail: z.string().optional(),
              fixed: z
                .array(z.string())
                .optional()
                .meta({ description: "Those of the fields that differ that cannot be changed in place." }),
            }),
          ),
        }),
      ),
      held: count.meta({ description: "The resources in all states before." }),
      written: z.boolean(),
      unlocked: z.array(stackName),
    })
    .meta({ description: "repair." }),
  unmanaged: z
    .object({
      objects: z.array(
        z.object({
          kind,
          name: z.string(),
          label: z.string(),
          id: z.string(),
          project: z.string().optional(),
          repository: z.string().optional(),
          environment: z.string().optional(),
          policy: z.enum(["report", "fail", "remove", "ignore"]).optional(),
        }),
      ),
      unreadable: z.array(
        z.object({
          kind,
          at: z.object({
            workspace: z.string(),
            project: z.string().optional(),
            repository: z.string().optional(),
            environment: z.string().optional(),
            account: z.string().optional(),
          }),
          reason: z.string(),
        }),
      ),
    })
    .meta({ description: "unmanaged." }),
};
