/**
 * What only programs use that were compiled from YAML: functions for what the compiler cannot do or say by itself,
 * and the resource that deletes an unmanaged object. The schema has them, since Pulumi's YAML host knows nothing
 * else, as overlays: no SDK is generated from them. Their arguments are JSON, so that they need no types.
 */
import { z } from "zod";
import { positionSchema } from "../desired/diagnostics";
import { nativePrefix, nativeRemovalType } from "../model/typeToken";
import type { FunctionSpec, ResourceSpec } from "./schema/spec";

/** Says and checks what a compiled program has found, before its first resource. */
export const openProgramToken = `${nativePrefix}openProgram`;

/** Returns the values that YAML takes from the environment, from files and from `pass`. */
export const resolveReferencesToken = `${nativePrefix}resolveReferences`;

export const compiledProgram = z.object({
  /** The Pulumi stack that it was compiled for. */
  stack: z.string(),
  workspace: z.string(),
  messages: z.array(
    z.object({ severity: z.enum(["info", "warn"]), text: z.string(), urn: z.string().optional() }),
  ),
  /** What stops an apply, and what a preview shows of it: it fails, or warns of what is only so here. */
  refusals: z.array(z.object({ error: z.string(), preview: z.string(), isOnlyHere: z.boolean() })),
});

export type CompiledProgram = z.output<typeof compiledProgram>;

/** References to values that are looked up in the provider: the program's text holds none of them. */
export const compiledReferences = z.object({
  references: z.array(
    z.object({
      source: z.enum(["fromEnv", "fromPass", "fromFile", "fromBitbucket"]),
      name: z.string(),
      folder: z.string(),
      position: positionSchema,
    }),
  ),
  isSecret: z.boolean(),
});

export type CompiledReferences = z.output<typeof compiledReferences>;

/** The stack of the running operation, and a `CompiledProgram` as JSON. */
export const openProgramArgs = z.object({ stack: z.string(), program: z.string() });

/** `CompiledReferences`, as JSON. */
export const resolveReferencesArgs = z.object({ references: z.string() });

const text = { type: "string" } as const;

export const compiledFunctionSpecs: Readonly<Record<string, FunctionSpec>> = {
  [openProgramToken]: {
    description: "Internal: begins a program that `bitbucket-as-code compile` has written.",
    isOverlay: true,
    inputs: { type: "object", properties: { stack: text, program: text }, required: ["stack", "program"] },
    outputs: { type: "object", properties: { workspace: text }, required: ["workspace"] },
  },
  [resolveReferencesToken]: {
    description: "Internal: looks up what such a program refers to.",
    isOverlay: true,
    inputs: { type: "object", properties: { references: text }, required: ["references"] },
    outputs: {
      type: "object",
      properties: { values: { type: "array", items: text } },
      required: ["values"],
    },
  },
};

const removalProperties = {
  kind: text,
  objectId: text,
  at: { type: "object", additionalProperties: text },
  values: { type: "object", additionalProperties: { $ref: "pulumi.json#/Any" } },
} as const;

export const removalSpec: Readonly<Record<string, ResourceSpec>> = {
  [nativeRemovalType]: {
    description: "Internal: the deletion of an object that YAML does not declare.",
    isOverlay: true,
    properties: removalProperties,
    required: Object.keys(removalProperties),
    inputProperties: removalProperties,
    requiredInputs: Object.keys(removalProperties),
  },
};
