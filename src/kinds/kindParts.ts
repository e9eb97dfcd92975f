/** The parts of a kind's declaration that are objects of their own. */
import type { LiveObject, Location, ParentName, Properties } from "./object";
import type { CollectionRequest } from "./request";

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

/** Objects that are read a list at a time. */
export interface CollectionSource {
  /** The list that holds the objects below one parent. */
  collection(at: Location): CollectionRequest;
  /**
   * The path of one object: only there a 404 proves that it is gone. Undefined: this one has none.
   *
   * @param values What the state holds of it.
   */
  item?(at: Location, id: string, values: Properties): string | undefined;
  /** What the item's path answers with where there is no such object, beside 404. */
  itemMissing?(at: Location): number | undefined;
  /** Whether the id is the natural key, so that an object can be asked for before its id is known. */
  readonly idIsKey?: boolean;
}

/** An object that is read alone. */
export interface SingleSource {
  /** The path of the object. */
  single(at: Location, values: Properties): string;
  /** The format of the answer. Default: JSON. */
  readonly accept?: "text";
  /** It always exists where its parent does: a 404 proves nothing. */
  readonly neverMissing?: boolean;
  /** A read that has to come first, and the path of the object that follows from its answer. */
  via?(
    at: Location,
    values: Properties,
  ): { readonly path: string; pathFrom(body: unknown): string } | undefined;
}

/** A field that lives on an endpoint of its own and is read only where it is managed. */
export interface SubResource {
  path(at: Location, id: string): string;
  /** `undefined` is a 404: the setting was never set. */
  parse(body: unknown): unknown;
}

/**
 * A field for bytes that reads of the object do not show. They are read and hashed only after a write, and if they
 * may differ from what was last written.
 */
export interface FileContents {
  readonly field: string;
  /** Where the bytes are, or what leads to them. A 404 there proves that the object is gone. */
  path(at: Location, id: string): string;
  /** The field's value for a SHA-256 digest, in hexadecimal. */
  value(digest: string): unknown;
  /** Whether an object holds what was last written, by what a list shows of it. `state` is what the state holds. */
  isAsWritten(found: LiveObject, state: Properties): boolean;
  /** An object that no list shows, and whose bytes exist. */
  unlisted(id: string): LiveObject;
}

/** Objects that must be empty before deletion, and may count as full for a while after they were emptied. */
export interface DeletedEmpty {
  /** Whether a refusal with this text says that it is not empty. */
  readonly refusal: RegExp;
  /** The role of its members: while only those count that the same run has deleted, it is tried again. */
  readonly members: ParentName;
  /** The members that the service lists. */
  collection(at: Location, previous: Properties): CollectionRequest;
  /** One of them. */
  parse(item: unknown): { readonly id: string; readonly name: string };
}

/** How a live object is declared when it is imported. */
export interface ImportRules {
  /**
   * What it is called in YAML. Undefined, or without this: the value of its `nameField`, or its id. Characters that no
   * key can have are taken out of it.
   */
  name?(found: LiveObject): string | undefined;
  /** Its args, where they are not simply those that the API returns. `owner` is what it belongs to. */
  args?(args: Properties, owner: Properties | undefined): Properties;
  /** Its settings are fields of what it belongs to as well, and are written there: it is not declared itself. */
  readonly asFieldsOfOwner?: boolean;
  /** The field and its values in the order in which siblings are written, before that of their names. */
  readonly order?: { readonly field: string; readonly values: readonly string[] };
}

/**
 * Bitbucket's page with an object's settings, by what the object belongs to. The API's document does not name them: they
 * are as the web interface has them. Where none is given, the settings of what it belongs to.
 *
 * `repository`: below `/{workspace}/{slug}`, `project`: below `/{workspace}/workspace/projects/{key}/settings`,
 * `workspace`: below `/{workspace}/workspace/settings`, `account`: below `https://bitbucket.org`.
 */
export type SettingsPage = Readonly<
  Partial<Record<Exclude<ParentName, "environment">, string | ((values: Properties) => string)>>
>;

/** The names of the same resource in two Terraform providers, without `bitbucket_`. */
export interface TerraformNames {
  /** https://registry.terraform.io/providers/DrFaust92/bitbucket */
  readonly drFaust92?: readonly string[];
  /** https://registry.terraform.io/providers/zahiar/bitbucket */
  readonly zahiar?: readonly string[];
}
