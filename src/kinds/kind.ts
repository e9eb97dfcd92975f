/**
 * What a kind of resource is: one declaration, from which the dynamic provider, the typed class, the YAML and
 * editor schemas, live reading and the reference page are derived. A kind builds requests as data and reads
 * responses; it sends nothing and knows nothing of Pulumi.
 */
import type { z } from "zod";
import type { Scopes, Upload } from "../bitbucket";

/** What an object can belong to. */
export type ParentName = "workspace" | "project" | "repository" | "environment" | "account";

/** Where an object lives, ready for a path. A project is given by its key, an environment by its UUID. */
export interface Location {
  readonly workspace: string;
  readonly project?: string | undefined;
  /** UUID with braces, or slug. The UUID survives renames. */
  readonly repository?: string | undefined;
  readonly environment?: string | undefined;
  /** UUID of the credential's own user. */
  readonly account?: string | undefined;
}

/** A write, as data. `path` is relative to the API's base URL, already percent-encoded. */
export interface WriteRequest {
  readonly method: "POST" | "PUT" | "DELETE";
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** Sent as multipart/form-data instead of JSON. */
  readonly form?: Readonly<Record<string, string>>;
  /** The contents of files in that form, by path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Files in that form that have another name than their field. */
  readonly uploads?: readonly Upload[];
  /** A POST that sets something: to send it twice is the same as once. */
  readonly repeatable?: boolean;
  /** What its values take beyond the scopes of its method and path. */
  readonly furtherScopes?: Scopes;
  /**
   * Of a further write: what its answer shows. `facet`: the value of this field, as the facet reads it. `nothing`: no
   * field. Default: the object.
   */
  readonly answer?: { readonly facet: string } | "nothing";
}

/** A paginated collection. `fields` trims each item to what `parse` needs. */
export interface CollectionRequest {
  readonly path: string;
  readonly fields?: string;
  /** What tells an item from the others, where it has neither a UUID nor an id. */
  readonly uniqueBy?: "name";
  readonly query?: Readonly<Record<string, string>>;
}

/** Field values by name, in the form of the kind's args. */
export type Values = Readonly<Record<string, unknown>>;

/** An object as the API returned it, in the kind's own terms. */
export interface Found<Args = Values, Outputs = Values> {
  /** What names the object for good: a UUID with braces, a numeric id, or the natural key where there is no other. */
  readonly id: string;
  /** Every field that the API returns, whether managed or not. */
  readonly args: Args;
  readonly outputs: Outputs;
}

/** A problem with values that no request is needed to see. */
export interface ValueIssue {
  readonly path: readonly (string | number)[];
  readonly message: string;
  /** The field that it contradicts: of the same object, or of the one that it refers to. */
  readonly with?: readonly (string | number)[];
}

/** A field that lives on an endpoint of its own and is read only where it is managed. */
export interface Facet {
  path(at: Location, id: string): string;
  /** `undefined` is a 404: the setting was never made. */
  parse(body: unknown): unknown;
}

/**
 * A field that stands for bytes, of which no read of the object tells anything. They are read, and their digest taken,
 * only after a write, and where they may not be what was last written.
 */
export interface Contents {
  readonly field: string;
  /** Where the bytes are, or what leads to them. A 404 there proves that the object is gone. */
  path(at: Location, id: string): string;
  /** The field's value for a SHA-256 digest, in hexadecimal. */
  value(digest: string): unknown;
  /** Whether an object holds what was last written, by what a list shows of it. `state` is what the state holds. */
  isAsWritten(found: Found, state: Values): boolean;
  /** What is known of an object that no list shows, and whose bytes are there. */
  unlisted(id: string): Found;
}

/** How a kind is written in YAML. */
export interface YamlForm {
  /** The key under the parent that holds objects of this kind. */
  readonly section: string;
  /**
   * `map`: name → object. `single`: the object itself, at most one for each parent.
   * `list`: a list of scalars, each standing for an object (`nameField` holds it).
   */
  readonly form: "map" | "single" | "list";
  /** The field that the map's key (or list's item) fills in when it is not written out. */
  readonly nameField?: string;
  /** The field that a scalar in place of the object fills in: `LOG_LEVEL: debug`. */
  readonly shorthand?: string;
  /** A realistic example of the section, shown in the reference and run by a test. */
  readonly example: string;
}

/** A kind. `Args` is what a user writes; `Outputs` is what the API adds. */
export interface Kind<Args extends z.ZodObject = z.ZodObject, Outputs extends z.ZodObject = z.ZodObject> {
  /** Class name and last part of the type token, in PascalCase. */
  readonly name: string;
  /** As in a sentence: "deploy key". */
  readonly title: string;
  readonly summary: string;
  /** The API's documentation page. */
  readonly documentation: string;
  /** What it can belong to. Where there are several, the most specific one given counts. */
  readonly parents: readonly ParentName[];
  readonly args: Args;
  readonly outputs: Outputs;
  /** Outputs that follow from the id and the others, and so need not stand in the state. */
  readonly derived?: Readonly<Record<string, (id: string, outputs: Values) => unknown>>;
  readonly yaml: YamlForm;
  /** What it is itself to the objects that belong to it. */
  readonly provides?: ParentName;
  /** What makes two of them the same thing below one parent. Empty: there is one for each parent. */
  readonly naturalKey: readonly string[];
  /** The natural key in the server's form, where it is not simply the values of `naturalKey`. */
  identity?(args: Values): string;
  /** Further fields that force replacement at this place. */
  immutableAt?(at: Location): readonly string[];
  /** Names of kinds below the same parent that have to be there first. */
  readonly after?: readonly string[];
  /** Without a conflict from the API on a second create, the collection is read before each create. */
  readonly lookBeforeCreate?: boolean;
  /** Its PUT makes an object that has vanished anew and empty: an update first makes sure that it is there. */
  readonly lookBeforeUpdate?: boolean;
  /** Fields whose values decide which scopes a write takes. */
  readonly scopesDependOn?: readonly string[];
  /** A setting that always exists: create is an update, delete leaves or resets it. */
  readonly alwaysExists?: boolean;
  /** Fields whose values are secret for these args. Default: those whose meta says so. */
  secretFields?(args: Values): readonly string[];
  /** Checks that involve several fields. */
  validate?(args: z.output<Args>): readonly ValueIssue[];
  /** What works, and will not do what somebody may expect of it. */
  warn?(args: z.output<Args>): readonly ValueIssue[];
  /** By the field that refers to another object: why that and this one exclude each other. */
  readonly contradicts?: Readonly<Record<string, (args: Values, other: Values) => ValueIssue | undefined>>;
  /** What such an object has where nobody has chosen anything: not worth writing down when it is imported. */
  fresh?(args: Values): Values;
  /** Whether two values of a field mean the same to the server. Default: deep equality. */
  equivalent?: Readonly<Record<string, (a: unknown, b: unknown) => boolean>>;

  /** Whether a live value is what is wanted, where the server returns more than was written. */
  coveredBy?: Readonly<Record<string, (wanted: unknown, live: unknown) => boolean>>;

  /** The list that holds it; or, for what is read alone, the path of the one object. */
  /** What the state keeps of a value that a live object has, where that is more than was written. */
  readonly keeps?: Readonly<Record<string, (wanted: unknown, live: unknown) => unknown>>;
  /**
   * Fields that name a local file: the value with a digest of the content in it. Throws an error whose message says what
   * is wrong with the file. `from` is the folder that the path is relative to, `root` the project's.
   */
  readonly localFiles?: Readonly<Record<string, (value: string, from?: string, root?: string) => string>>;

  readonly source:
    | {
        collection(at: Location): CollectionRequest;
        /** The path of one object: only there a 404 proves that it is gone. `values` is what the state holds of it. */
        item?(at: Location, id: string, values: Values): string | undefined;
        /** What the item's path answers with where there is no such object, beside 404. */
        itemMissing?(at: Location): number | undefined;
        /** Whether the id is the natural key, so that an object can be asked for before its id is known. */
        readonly idIsKey?: boolean;
      }
    | {
        single(at: Location, values: Values): string;
        readonly accept?: "text";
        /** It always exists where its parent does: a 404 proves nothing. */
        readonly neverMissing?: boolean;
        /** A read that has to come first, and the path of the object that follows from its answer. */
        via?(
          at: Location,
          values: Values,
        ): { readonly path: string; pathFrom(body: unknown): string } | undefined;
      };
  /**
   * From an item of the collection, or from a write's response. `values` is what is wanted or was, where that is
   * known. Throws a zod error if the shape is wrong.
   */
  parse(
    body: unknown,
    at: Location,
    values: Values,
  ): Found<Partial<z.output<Args>>, Partial<z.output<Outputs>>>;
  /** The object after a write whose answer has no body: a read that fails after it does not make the write a failure. */
  written?(at: Location, values: Values): Found<Partial<z.output<Args>>, Partial<z.output<Outputs>>>;
  /** Whether what the API lists stands for nothing: a permission of "none". */
  absent?(found: Found): boolean;
  /** Whether the object still holds the value that was last written to a write-only field. Default: yes. */
  retains?(field: string, found: Found, wanted: Values): boolean;
  readonly facets?: Readonly<Record<string, Facet>>;
  readonly contents?: Contents;

  create(at: Location, args: z.output<Args>): WriteRequest;
  /** `undefined`: nothing that the API keeps has changed. */
  update?(at: Location, id: string, args: z.output<Args>, previous: Values): WriteRequest | undefined;
  /** `undefined`: deleting means to manage it no longer. */
  delete(at: Location, id: string, previous: Values): WriteRequest | undefined;
  /** Further writes after a create (`previous` undefined) or an update, for what the first request cannot set. */
  afterWrite?(
    at: Location,
    id: string,
    args: z.output<Args>,
    previous: Values | undefined,
  ): readonly WriteRequest[];
  /** What a create leaves in the fields that `afterWrite` sets: a run that died may not have come to that. */
  readonly initially?: Values;
  /** Why a change must not be made, or undefined. Asked before any request. */
  refuseChange?(previous: Values, next: Values): ValueIssue | undefined;
  /** The user to whom these values give admin rights: a change must not take them from the credential itself. */
  adminOf?(values: Values): string | undefined;
  /**
   * What must be empty before the object can be deleted, and may count as full for a while after it was emptied: then the
   * deletion is tried again.
   */
  readonly deletedEmpty?: {
    /** Whether a refusal with this text says that it is not empty. */
    readonly refusal: RegExp;
    /** What its members provide: their deletion in the same run is a reason to wait. */
    readonly members: ParentName;
    /** The members that the service lists. */
    collection(at: Location, previous: Values): CollectionRequest;
    /** The name of one of them. */
    name(item: unknown): string;
  };
  /** Why the object must not be deleted now, with the way to go on; or undefined. */
  refuseDelete?(state: Values): string | undefined;
}

/** Gives a declaration its types. */
export function defineKind<Args extends z.ZodObject, Outputs extends z.ZodObject>(
  kind: Kind<Args, Outputs>,
): Kind<Args, Outputs> {
  return kind;
}

/** What a field's zod schema says of it in `.meta({...})`, besides its description. */
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
  readonly setting?: boolean | undefined;
  /** Counts when something is written, but is not kept, and makes no difference by itself. */
  readonly unkept?: boolean | undefined;
  /**
   * Security depends on it: that the service accepts a value and does not apply it is an error. Of other fields it is a
   * warning.
   */
  readonly mustApply?: boolean | undefined;
  /** In YAML: what a secret reference in it implies for fields that are not written out. */
  readonly impliedBySecret?: Values | undefined;
  /** It is the path of a file on this machine; in YAML, relative to the YAML file. */
  readonly localFile?: boolean | undefined;
  /** What a value of it names. */
  readonly reference?: "project" | "user" | "group" | "repository" | undefined;
}

declare module "zod" {
  interface GlobalMeta extends FieldMeta {}
}

/** The meta of one field of a kind, through `default` and `optional`. */
export function fieldMeta(kind: Kind, field: string): FieldMeta {
  const schema = kind.args.shape[field];
  return schema ? metaOf(schema as z.ZodType) : {};
}

/** What a schema says of a field, through `default` and `optional`. */
export function metaOf(schema: z.ZodType): FieldMeta & { readonly description?: string | undefined } {
  const own = schema.meta() ?? {};
  const inner = (schema.def as { innerType?: z.ZodType }).innerType;
  return inner ? { ...metaOf(inner), ...own } : own;
}

/** The names of a kind's fields whose meta has `flag` set. */
export function fieldsWith(kind: Kind, flag: Exclude<keyof FieldMeta, "reference">): string[] {
  return Object.keys(kind.args.shape).filter((field) => fieldMeta(kind, field)[flag] === true);
}

/** The secret fields for these args. */
export function secretFieldsOf(kind: Kind, args: Values): readonly string[] {
  return kind.secretFields ? kind.secretFields(args) : fieldsWith(kind, "secret");
}

/** What tells an object from its siblings below one parent. */
export function identityOf(kind: Kind, args: Values): string {
  return kind.identity ? kind.identity(args) : JSON.stringify(kind.naturalKey.map((field) => args[field]));
}

const defaults = new WeakMap<Kind, Values>();

/** The kind's fields that have a default, with it. */
export function defaultsOf(kind: Kind): Values {
  const known = defaults.get(kind);
  if (known) return known;
  const fields = Object.entries(kind.args.shape).map(([field, schema]) => [
    field,
    (schema as z.ZodType).safeParse(undefined).data,
  ]);
  const found: Values = Object.fromEntries(fields.filter(([, value]) => value !== undefined));
  defaults.set(kind, found);
  return found;
}
