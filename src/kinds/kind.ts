/**
 * What a kind of resource is: one declaration, from which the dynamic provider, the typed class, the YAML and
 * editor schemas, live reading and the reference page are derived. A kind builds requests as data and reads
 * responses; it sends nothing and knows nothing of Pulumi.
 */
import type { z } from "zod";
import { fieldsMarked } from "./fieldMeta";
import type {
  CollectionSource,
  DeletedEmpty,
  FileContents,
  ImportRules,
  SettingsPage,
  SingleSource,
  SubResource,
  TerraformNames,
  YamlForm,
} from "./kindParts";
import { oncePer } from "./memo";
import type { LiveObject, Location, ParentName, Properties, ValueIssue } from "./object";
import type { WriteRequest } from "./request";
import type { SeverityRules } from "./severity";

export { fieldMeta, fieldsMarked, isShownOnce, metaOf } from "./fieldMeta";
export type * from "./kindParts";
export type { LiveObject, Location, ParentName, Properties, ValueIssue } from "./object";
export type { CollectionRequest, WriteRequest } from "./request";

/**
 * A kind. `Args` is what a user writes; `Outputs` is what the API adds.
 *
 * A declaration must have the members without a `?`, and may have the others, in the order of this interface (a test
 * holds it). They get values and give values, requests as data, or texts; only `localFiles` reads anything. `at` is where
 * the object lives, `args` are checked args with defaults, `state` and `previous` are what the state holds, and `live` is
 * what the API shows.
 */
export interface Kind<Args extends z.ZodObject = z.ZodObject, Outputs extends z.ZodObject = z.ZodObject> {
  // Identity. Must: names, parents, natural key, fields and form in YAML.

  /** Class name and last part of the type token, in PascalCase. */
  readonly name: string;
  /** As in a sentence: "deploy key". */
  readonly title: string;
  /** One sentence for the reference and the editors. */
  readonly summary: string;
  /** The API's documentation page. */
  readonly documentation: string;
  /** Possible parents. If several are given, the most specific one counts. */
  readonly parents: readonly ParentName[];
  /** Its role for objects that belong to it. */
  readonly parentRole?: ParentName;
  /** Names of kinds below the same parent that have to be there first. They are deleted after it. */
  readonly dependsOnKinds?: readonly string[];
  /** It is content of the repository, and no configuration: read and reported only where that is asked for. */
  readonly isContent?: boolean;
  /** A setting that always exists: create is an update, delete leaves or resets it. */
  readonly alwaysExists?: boolean;
  /** The fields that identify an object below one parent. Empty: one object for each parent. */
  readonly naturalKey: readonly string[];
  /** The natural key in the server's form, where it is not simply the values of `naturalKey`. */
  identity?(args: Properties): string;
  /** The fields that a user writes, each with a description and what else matters of it in `.meta` (`FieldMeta`). */
  readonly args: Args;
  /** The fields that the API adds, each with a description. */
  readonly outputs: Outputs;
  /** Outputs derived from the id and the others, which the state does not hold. */
  readonly derived?: Readonly<Record<string, (id: string, outputs: Properties) => unknown>>;
  /** Fields whose values are secret for these args. Default: those whose meta says so. */
  secretFields?(args: Properties): readonly string[];
  /** Where it is in YAML, and how it is written there. */
  readonly yaml: YamlForm;

  // How two values compare. May: by field, where deep equality is not enough. Asked on every diff and every read.

  /**
   * Fields that name a local file: the value with a digest of the content in it. Asked in checks, before any diff. Throws
   * an error whose message says what is wrong with the file. `from` is the folder that the path is relative to, `root` the
   * project's.
   */
  readonly localFiles?: Readonly<Record<string, (value: string, from?: string, root?: string) => string>>;
  /** Whether two values mean the same to the server. Default: deep equality. */
  readonly equivalent?: Readonly<Record<string, (a: unknown, b: unknown) => boolean>>;
  /** Whether a live value satisfies the desired one, if the server returns more than was written. */
  readonly satisfiedBy?: Readonly<Record<string, (wanted: unknown, live: unknown) => boolean>>;
  /** The value that the state keeps, if the server returns more than was written. */
  readonly keepUserValue?: Readonly<Record<string, (wanted: unknown, live: unknown) => unknown>>;
  /** Whether the object still holds the value that was last written to a write-only field. Default: yes. */
  stillHolds?(field: string, found: LiveObject, wanted: Properties): boolean;
  /** Further fields of which a change replaces the object at this place. Asked on every diff. */
  immutableAt?(at: Location): readonly string[];

  // What is refused, and warned of. May: asked in previews and before writes; no request is made for it.

  /** Checks that involve several fields. Asked once each field is right by itself. */
  validate?(args: z.output<Args>): readonly ValueIssue[];
  /** Warnings about valid values with surprising effects. Shown when YAML is loaded. */
  warn?(args: z.output<Args>): readonly ValueIssue[];
  /** By the field that refers to another object: why that and this one exclude each other. Asked when YAML is loaded. */
  readonly contradicts?: Readonly<
    Record<string, (args: Properties, other: Properties) => ValueIssue | undefined>
  >;
  /** Why an update is refused, or undefined. Called before any request of an update. */
  refuseUpdate?(previous: Properties, next: Properties): ValueIssue | undefined;
  /** Why a deletion is refused, with what to do next; or undefined. Called before any request of a delete. */
  refuseDelete?(state: Properties): string | undefined;
  /** The user to whom these values give admin rights: a change must not take them from the credential itself. */
  adminOf?(values: Properties): string | undefined;

  // How it is read. Must: where it is, and what an answer means. May: what the object itself does not show.

  /** The list that holds it; or, for what is read alone, the path of the one object. */
  readonly source: CollectionSource | SingleSource;
  /**
   * The object in an item of the collection, or in a write's response. `values` are the desired or former values, if
   * known. Throws a zod error if the shape is wrong.
   */
  parse(
    body: unknown,
    at: Location,
    values: Properties,
  ): LiveObject<Partial<z.output<Args>>, Partial<z.output<Outputs>>>;
  /** Whether a listed object means "none", such as a permission of "none". */
  isTombstone?(found: LiveObject): boolean;
  /** Fields on endpoints of their own, by name. Each is read only where it is managed. */
  readonly subResources?: Readonly<Record<string, SubResource>>;
  /** The field that stands for bytes: of a file that is downloaded. */
  readonly contents?: FileContents;

  // How it is written. Must: create and delete. May: update, further steps, and what is looked at first.

  /** YAML can limit it to a last day, with `until`: a run after that day deletes it. */
  readonly canExpire?: boolean;
  /** The API takes a second create without a word of conflict: the live object is looked for before each create. */
  readonly lookBeforeCreate?: boolean;
  /** Its PUT recreates a missing object, and empty: an update first checks that it still exists. */
  readonly lookBeforeUpdate?: boolean;
  /** Fields whose values decide which scopes a write takes. */
  readonly scopesDependOn?: readonly string[];
  /** The request that creates it. What it answers is read by `parse`. */
  create(at: Location, args: z.output<Args>): WriteRequest;
  /** The request that changes it. `undefined`: nothing that the API keeps has changed. Left out: each change replaces it. */
  update?(at: Location, id: string, args: z.output<Args>, previous: Properties): WriteRequest | undefined;
  /** Further writes after a create (`previous` undefined) or an update, for what the first request cannot set. */
  afterWrite?(
    at: Location,
    id: string,
    args: z.output<Args>,
    previous: Properties | undefined,
  ): readonly WriteRequest[];
  /** Values after a create of the fields that `afterWrite` sets: a run that died may not have set them. */
  readonly createDefaults?: Properties;
  /** The object after a write whose answer has no body: a read that fails after it does not make the write a failure. */
  afterCommit?(
    at: Location,
    values: Properties,
  ): LiveObject<Partial<z.output<Args>>, Partial<z.output<Outputs>>>;
  /** The request that deletes it. `undefined`: deleting means to manage it no longer. */
  delete(at: Location, id: string, previous: Properties): WriteRequest | undefined;
  /** Objects that must be empty before deletion: while the service counts them as full, the deletion is retried. */
  readonly deletedEmpty?: DeletedEmpty;

  // Presentation. Must: for drift reports and the reference. May: for imports.

  /** Values that the server sets by default: an import omits them. */
  serverDefaults?(args: Properties): Properties;
  /** How a live object is declared when it is imported, where that is not simply by its fields. */
  readonly onImport?: ImportRules;
  /** How much drift of it matters, by field and by what happened to the object. */
  readonly severity: SeverityRules;
  /** Its page in Bitbucket, for reports. */
  readonly settingsPage: SettingsPage;
  /** What does not come back with an object that is recreated after somebody deleted it: "its commits and pull requests". */
  readonly lostWithIt?: string;
  /** What the Terraform providers call it, for the reference and for `pulumi convert`. */
  readonly terraform: TerraformNames;
}

/** Gives a declaration its types. */
export function defineKind<Args extends z.ZodObject, Outputs extends z.ZodObject>(
  kind: Kind<Args, Outputs>,
): Kind<Args, Outputs> {
  return kind;
}

/** Whether objects of a kind are repositories or projects: all else of a workspace that has a place of its own is in them. */
export function isRepositoryOrProject({ parentRole }: Pick<Kind, "parentRole">): boolean {
  return parentRole === "repository" || parentRole === "project";
}

/** The secret fields for these args. */
export function secretFieldsOf(kind: Kind, args: Properties): readonly string[] {
  return kind.secretFields ? kind.secretFields(args) : fieldsMarked(kind, "secret");
}

/** The natural key of an object below one parent. */
export function identityOf(kind: Kind, args: Properties): string {
  return kind.identity ? kind.identity(args) : JSON.stringify(kind.naturalKey.map((field) => args[field]));
}

/** The kind's fields that have a default, with it. */
export const defaultsOf = oncePer((kind: Kind): Properties => {
  const fields = Object.entries(kind.args.shape).map(([field, schema]) => [
    field,
    (schema as z.ZodType).safeParse(undefined).data,
  ]);
  return Object.fromEntries(fields.filter(([, value]) => value !== undefined));
});
