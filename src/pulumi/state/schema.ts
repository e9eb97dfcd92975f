/**
 * The output of `pulumi stack export`, as far as it is used here. The rest is preserved.
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go (ResourceV3, DeploymentV3)
 */
import { z } from "zod";
import { isObject } from "../../errors";
import { oncePer } from "../../kinds/memo";

/** Values of a resource. Not copied: a state holds thousands. */
const valuesSchema = z.custom<Record<string, unknown>>((value) => isObject(value) && !Array.isArray(value));

const entrySchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean(),
  id: z.string().optional(),
  inputs: valuesSchema.optional(),
  outputs: valuesSchema.optional(),
  parent: z.string().optional(),
  dependencies: z.array(z.string()).nullish(),
  provider: z.string().optional(),
  /** The engine refuses to delete it. */
  protect: z.boolean().optional(),
  /** The URN of the resource whose deletion includes this one: states of earlier versions have it. */
  deletedWith: z.string().optional(),
  /** Pending delete: its replacement exists already. */
  delete: z.boolean().optional(),
  /** Whether it was read, and is not managed. */
  external: z.boolean().optional(),
  retainOnDelete: z.boolean().optional(),
  /** Pending replacement: it was deleted, and its replacement does not exist yet. */
  pendingReplacement: z.boolean().optional(),
});

/** A resource in a state. */
export type RawStateEntry = z.output<typeof entrySchema>;

const exportSchema = z.looseObject({
  deployment: z
    .looseObject({
      resources: z.array(entrySchema).nullish(),
      /** How its secrets are encrypted. */
      secrets_providers: z.unknown().optional(),
      pending_operations: z.array(z.looseObject({ resource: entrySchema, type: z.string() })).nullish(),
    })
    .nullish(),
});

export type StateExport = z.output<typeof exportSchema>;

/** Several ask for what one export holds. */
const parseExport = oncePer((state: object): StateExport => exportSchema.parse(state));

/**
 * @param state The output, parsed as JSON.
 * @throws {z.ZodError} if it is not a state.
 */
export function parseState(state: unknown): StateExport {
  return isObject(state) ? parseExport(state) : exportSchema.parse(state);
}

/**
 * The resources of a state, of any provider. A stack that was never applied has none.
 *
 * @throws {z.ZodError} if it is not a state.
 */
export function readEntries(state: unknown): readonly RawStateEntry[] {
  return parseState(state).deployment?.resources ?? [];
}
