/** Properties of a field besides its type, in zod's `.meta({…})`. */
import type { z } from "zod";
import { oncePer } from "./memo";
import type { Properties } from "./object";

/** A kind, as far as its fields go. */
interface WithArgs {
  readonly args: z.ZodObject;
}

/** Properties of a field in its zod schema's `.meta({...})`, besides its description. */
export interface FieldMeta {
  /** A change replaces the object. */
  readonly immutable?: boolean | undefined;
  /** Never shown, encrypted in state, never written out in YAML. */
  readonly secret?: boolean | undefined;
  /** The API never returns it. */
  readonly writeOnly?: boolean | undefined;
  /** Left out, the server chooses and the field is not managed. */
  readonly serverChosen?: boolean | undefined;
  /** Not the API's: it steers what this tool does. */
  readonly toolOption?: boolean | undefined;
  /** Used in writes only: the server does not keep it, and a change of it alone is no difference. */
  readonly createOnly?: boolean | undefined;
  /**
   * Security depends on it: that the service accepts a value and does not apply it is an error. Of other fields it is a
   * warning.
   */
  readonly mustApply?: boolean | undefined;
  /** In YAML: what a secret reference in it implies for fields that are not written out. */
  readonly impliedBySecret?: Properties | undefined;
  /** Individual to each object even if some are equal: an import makes no default of it. */
  readonly individual?: boolean | undefined;
  /** What a value of it names. */
  readonly reference?: "project" | "user" | "group" | "repository" | undefined;
}

declare module "zod" {
  interface GlobalMeta extends FieldMeta {}
}

/** The meta of one field of a kind, through `default` and `optional`. */
export function fieldMeta(kind: WithArgs, field: string): FieldMeta {
  const schema = kind.args.shape[field];
  return schema ? metaOf(schema as z.ZodType) : {};
}

type SchemaMeta = FieldMeta & { readonly description?: string | undefined };

/** What a schema says of a field, through `default` and `optional`. */
export const metaOf = oncePer((schema: z.ZodType): SchemaMeta => {
  const own = schema.meta() ?? {};
  const inner = (schema.def as { innerType?: z.ZodType }).innerType;
  return inner ? { ...metaOf(inner), ...own } : own;
});

type Flag = Exclude<keyof FieldMeta, "reference">;

const markedFields = oncePer((_kind: WithArgs) => new Map<Flag, readonly string[]>());

/** The names of a kind's fields whose meta has `flag` set. */
export function fieldsMarked(kind: WithArgs, flag: Flag): readonly string[] {
  const marked = markedFields(kind);
  const fields =
    marked.get(flag) ?? Object.keys(kind.args.shape).filter((field) => fieldMeta(kind, field)[flag] === true);
  marked.set(flag, fields);
  return fields;
}

/** Whether the API shows a secret of such an object when it is created, and never again. */
export function isShownOnce({ outputs }: { readonly outputs: z.ZodObject }): boolean {
  return Object.values(outputs.shape).some((schema) => {
    const { secret, writeOnly } = metaOf(schema as z.ZodType);
    return secret === true && writeOnly === true;
  });
}
