/** Declares live objects as a person would: named, without defaults, secrets by reference. */
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { unprintable } from "../bitbucket/printable";
import { type Position, type SecretSource, Structure } from "../desired";
import { defaultsOf, fieldMeta, identityOf, type Kind, type Properties, secretFieldsOf } from "../kinds/kind";
import type { SurveyedObject } from "../live";
import { check } from "../model/check";
import { locationFields } from "../model/location";
import { keyFor } from "./keys";
import { SecretPlaceholder } from "./tree";

/** An object with its place in the YAML. */
export interface Declaration {
  readonly kind: Kind;
  readonly live: SurveyedObject;
  /** The key in its section; empty for a section that holds one object. */
  readonly key: string;
  /** The resource's name in the stack. */
  readonly name: string;
  readonly parent?: Declaration | undefined;
  /** The fields that are worth writing, in the order of the kind. */
  readonly fields: Properties;
  /** Whether it is already declared. Nothing is written for it then. */
  readonly isDeclared: boolean;
}

/** An object that exists and cannot be declared. */
interface OmittedObject {
  readonly live: SurveyedObject;
  readonly reason: string;
}

export interface Declarations {
  /** Owners before their members. */
  readonly declarations: readonly Declaration[];
  readonly omitted: readonly OmittedObject[];
}

/** The names of existing declarations, by live object. */
export interface ExistingDeclarations {
  find(
    live: SurveyedObject,
    parent: Declaration | undefined,
  ): { readonly key: string; readonly name: string } | undefined;
  /** Where another resource of the same natural key is declared: one that this object is not. */
  findRival(live: SurveyedObject): Position | undefined;
  /** Whether a name of a kind, or a key below a parent, is in use. */
  isTaken(kind: Kind, name: string): boolean;
  /** Whether a secret of this name already has a source. */
  isSupplied(name: string): boolean;
}

export interface DeclareOptions {
  /** The source of secrets. */
  readonly secrets: "config" | "env" | "pass";
  readonly declared: ExistingDeclarations;
}

const structure = new Structure();

export function declareObjects(objects: readonly SurveyedObject[], options: DeclareOptions): Declarations {
  return new DeclarationBuilder(options).declare(objects);
}

class DeclarationBuilder {
  readonly #declarations = new Map<SurveyedObject, Declaration>();
  readonly #leftOut: OmittedObject[] = [];
  readonly #names = new Map<Kind, Set<string>>();
  readonly #identities = new Map<Kind, Map<Declaration | undefined, Set<string>>>();
  readonly #supplies = new Set<string>();
  readonly #omitted = new Set<SurveyedObject>();

  constructor(private readonly options: DeclareOptions) {}

  declare(objects: readonly SurveyedObject[]): Declarations {
    for (const live of objects) if (!live.kind.onImport?.asFieldsOfOwner) this.#declareOne(live);
    return { declarations: [...this.#declarations.values()], omitted: this.#leftOut };
  }

  #declareOne(live: SurveyedObject): void {
    const { kind, owner } = live;
    const parent = owner && this.#declarations.get(owner);
    if (owner && !parent && this.#omitted.has(owner)) {
      this.#omitted.add(live);
      return;
    }
    if (this.#isTwin(live, parent)) {
      this.#omit(live, `another ${kind.title} with the same ${kind.naturalKey.join(" and ")} exists`);
      return;
    }
    const declared = this.options.declared.find(live, parent);
    if (declared) {
      this.#names.set(kind, (this.#names.get(kind) ?? new Set()).add(declared.name));
      this.#declarations.set(live, { kind, live, ...declared, parent, fields: {}, isDeclared: true });
      return;
    }
    const rival = this.options.declared.findRival(live);
    if (rival) {
      this.#omit(
        live,
        `${rival.path} in ${rival.file}:${rival.line} has the same ${kind.naturalKey.join(" and ")}, and is another ${kind.title} in the ` +
          "state, which was renamed, changed or deleted in Bitbucket since. Let the YAML say what it is now, apply, and import again",
      );
      return;
    }
    const fields = isWorthWriting(live, owner);
    if (kind.alwaysExists && Object.keys(fields).length === 0) return;
    const { key, name } = this.#chooseName(live, parent);
    const { nameField, form } = kind.yaml;
    // The key implies the name, unless the object has a different one.
    const own: Record<string, unknown> = {};
    for (const field of Object.keys(kind.args.shape)) {
      if (field === nameField && form !== "single") {
        if (live.found.args[field] !== key) own[field] = live.found.args[field] ?? "";
      } else if (fields[field] !== undefined) own[field] = fields[field];
    }
    const hidden = secretsIn(live);
    for (const field of hidden) own[field] = this.#placeholderFor(kind, name, field);
    for (const field of hidden)
      for (const [implied, value] of Object.entries(fieldMeta(kind, field).impliedBySecret ?? {}))
        if (own[implied] === value) delete own[implied];
    const problem = findProblem(live, {
      ...own,
      ...(nameField ? { [nameField]: live.found.args[nameField] } : {}),
    });
    if (problem !== undefined) {
      this.#omit(live, problem);
      return;
    }
    this.#declarations.set(live, {
      kind,
      live,
      key,
      name,
      parent,
      fields: inOrder(kind, own),
      isDeclared: false,
    });
  }

  /** Two objects with the same natural key cannot be declared separately. */
  #isTwin({ kind, found }: SurveyedObject, parent: Declaration | undefined): boolean {
    const byParent = this.#identities.get(kind) ?? new Map<Declaration | undefined, Set<string>>();
    this.#identities.set(kind, byParent);
    const identities = byParent.get(parent) ?? new Set();
    byParent.set(parent, identities);
    let identity: string;
    try {
      identity = identityOf(kind, found.args);
    } catch {
      return false;
    }
    if (identities.has(identity)) return true;
    identities.add(identity);
    return false;
  }

  #omit(live: SurveyedObject, reason: string): void {
    this.#omitted.add(live);
    this.#leftOut.push({ live, reason });
  }

  #chooseName(live: SurveyedObject, parent: Declaration | undefined): { key: string; name: string } {
    const { kind } = live;
    const wanted = keyFor(live);
    const names = this.#names.get(kind) ?? new Set<string>();
    this.#names.set(kind, names);
    for (let count = 1; ; count += 1) {
      const key = count === 1 || wanted === "" ? wanted : `${wanted}-${count}`;
      const name = nameOf(kind, key, parent) + (wanted === "" && count > 1 ? `-${count}` : "");
      if (names.has(name) || this.options.declared.isTaken(kind, name)) continue;
      names.add(name);
      return { key, name };
    }
  }

  #placeholderFor(kind: Kind, name: string, field: string): SecretPlaceholder {
    const { secrets, declared } = this.options;
    // A variable's name implies its value; for other kinds, the field is named.
    const parts = [...name.split(":"), ...(field === kind.yaml.shorthand ? [] : [field])];
    const form = supplyForms[secrets];
    const wanted = form.join(parts);
    let unique = wanted;
    for (let count = 2; this.#supplies.has(unique) || declared.isSupplied(unique); count += 1)
      unique = form.join([...parts, String(count)]);
    this.#supplies.add(unique);
    return new SecretPlaceholder(form.source, unique);
  }
}

/** The name of a secret in each source. */
const supplyForms: Readonly<
  Record<DeclareOptions["secrets"], { readonly source: SecretSource; join(parts: readonly string[]): string }>
> = {
  config: {
    source: "fromConfig",
    join: (parts) => parts.map((part) => cleanText(part, /[^A-Za-z0-9_.]+/g, "-")).join("."),
  },
  pass: {
    source: "fromPass",
    join: (parts) => parts.map((part) => cleanText(part, /[^A-Za-z0-9_.]+/g, "-")).join("/"),
  },
  env: {
    source: "fromEnv",
    join: (parts) =>
      parts
        .map((part) => cleanText(part, /[^A-Za-z0-9]+/g, "_").toUpperCase())
        .join("_")
        .replace(/^(\d)/, "_$1"),
  },
};

function cleanText(text: string, unwanted: RegExp, between: string): string {
  const made = text.normalize("NFKD").replace(/\p{M}/gu, "").replace(unwanted, between);
  return made.replace(/^[-_.]+|[-_.]+$/g, "") || "secret";
}

/** The resource's name, as the loader builds it. */
function nameOf(kind: Kind, key: string, parent: Declaration | undefined): string {
  const prefix = parent ? structure.namePrefix(kind, parent.kind) + parent.name : "";
  return [prefix, key].filter((part) => part !== "").join(":") || kind.yaml.section;
}

/** The secret fields whose values the server has but does not show. */
function secretsIn({ kind, found }: SurveyedObject): readonly string[] {
  return secretFieldsOf(kind, found.args).filter((field) => {
    if (found.args[field] !== undefined) return false;
    const optional = isOptional(kind, field);
    return !optional || (kind.stillHolds?.(field, found, {}) ?? false);
  });
}

function schemaOf(kind: Kind, field: string): z.ZodType {
  return kind.args.shape[field] as z.ZodType;
}

function isOptional(kind: Kind, field: string): boolean {
  return schemaOf(kind, field).safeParse(undefined).success;
}

/** Selects the fields that differ from those of a new object. */
function isWorthWriting({ kind, found }: SurveyedObject, owner: SurveyedObject | undefined): Properties {
  const usual: Properties = { ...defaultsOf(kind), ...kind.serverDefaults?.(found.args) };
  const args = kind.onImport?.args?.(found.args, owner?.found.args) ?? found.args;
  const fields: Record<string, unknown> = {};
  for (const field of Object.keys(kind.args.shape)) {
    const value = args[field];
    if (value === undefined || isDeepStrictEqual(value, usual[field])) continue;
    const plain = usual[field];
    // If a list may be partial, only the items that differ from the usual ones.
    if (kind.satisfiedBy?.[field] && Array.isArray(value) && Array.isArray(plain)) {
      const kept = value.filter((item) => !plain.some((other) => isDeepStrictEqual(item, other)));
      if (kept.length > 0) fields[field] = kept;
    } else fields[field] = value;
  }
  return fields;
}

/** The reason why an object cannot be declared as it is, or undefined. */
function findProblem({ kind }: SurveyedObject, fields: Properties): string | undefined {
  const places = Object.fromEntries(
    locationFields(kind)
      .filter((field) => field === "workspace" || field === kind.parents[0])
      .map((field) => [field, "x"]),
  );
  const standIns = Object.fromEntries(
    Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([field, value]) => [field, value instanceof SecretPlaceholder ? standInFor(kind, field) : value]),
  );
  for (const field of new Set([...kind.naturalKey, kind.yaml.nameField ?? ""])) {
    const value = fields[field];
    if (typeof value === "string" && value.search(unprintable) >= 0)
      return `its ${field} contains control or invisible characters`;
  }
  const { issues } = check(
    kind,
    {},
    { ...("environment" in places ? { repository: "x" } : {}), ...places, ...standIns },
  );
  return issues.map(({ path, message }) => `its ${path.join(".")} ${message}`).join("; ") || undefined;
}

/** A placeholder that a schema accepts as a secret. */
function standInFor(kind: Kind, field: string): string {
  const simple = "x";
  return schemaOf(kind, field).safeParse(simple).success ? simple : "-----BEGIN OPENSSH PRIVATE KEY-----";
}

function inOrder(kind: Kind, fields: Properties): Properties {
  return Object.fromEntries(
    Object.keys(kind.args.shape).flatMap((field) =>
      fields[field] === undefined ? [] : [[field, fields[field]]],
    ),
  );
}
