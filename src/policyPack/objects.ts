/** Resources of a program as the checks see them: each with what it belongs to, as far as the program says. */
import { project, repository } from "../kinds";
import { fieldMeta, type Kind, type ParentName, type Properties, secretFieldsOf } from "../kinds/kind";
import { slugOf } from "../kinds/slug";
import { kindOfType } from "../model/typeToken";
import { withDefaults } from "../model/values";
import { guardUnknown, Unknown } from "../policy/language/unknown";
import { assumeMainBranch, type JudgedObject, withModels } from "../policy/objects";

/** What this needs of a `PolicyResource` of `@pulumi/policy`. */
export interface ProgramResource {
  readonly type: string;
  readonly props: Properties;
  readonly urn: string;
  readonly name: string;
  readonly parent?: ProgramResource | undefined;
  readonly propertyDependencies: Readonly<Record<string, readonly ProgramResource[]>>;
}

export interface ProgramObject extends JudgedObject {
  /** Undefined: it is not declared in the program. */
  readonly urn?: string | undefined;
}

/** Where an object can be, the innermost first. */
const places: readonly ParentName[] = ["environment", "repository", "project"];

export function toProgramObjects(resources: readonly ProgramResource[]): readonly ProgramObject[] {
  const made = new Map<string, ProgramObject>();
  const elsewhere = new Map<string, ProgramObject>();
  const ours = resources.flatMap((resource) => {
    const kind = kindOfType(resource.type);
    return kind ? [{ resource, kind }] : [];
  });
  const make = (resource: ProgramResource, kind: Kind): ProgramObject => {
    const known = made.get(resource.urn);
    if (known) return known;
    const object = toObject(resource, kind, ownerOf(resource, kind));
    made.set(resource.urn, object);
    return object;
  };
  const ownerOf = (resource: ProgramResource, kind: Kind): ProgramObject | undefined => {
    const place = places.find(
      (one) =>
        kind.parents.includes(one) && read(resource.props, one) !== undefined && kind.parentRole !== one,
    );
    if (place === undefined || (kind === repository && place === "project")) return undefined;
    const candidates = [...(resource.propertyDependencies[place] ?? []), ...ancestorsOf(resource)];
    for (const other of candidates) {
      const its = kindOfType(other.type);
      if (its?.parentRole === place) return make(other, its);
    }
    return undeclared(place, read(resource.props, place));
  };
  /** An owner that the program only refers to. Nothing is known of it, and nothing is said of it. */
  const undeclared = (place: ParentName, id: unknown): ProgramObject | undefined => {
    const kind = place === "project" ? project : repository;
    const name = typeof id === "string" ? id : "unknown";
    const known = elsewhere.get(`${kind.name} ${name}`);
    if (known) return known;
    const values = Object.fromEntries(
      Object.keys(kind.args.shape).map((field) => [
        field,
        new Unknown("undeclared", `the property "${field}"`, "is not declared in the program"),
      ]),
    );
    const named = { ...values, ...(kind === project ? { key: name } : {}) };
    const object: ProgramObject = {
      kind,
      at: { workspace: "" },
      found: { id: name, args: guardUnknown(named), outputs: { slug: name } },
      values: named,
      isAssumed: true,
    };
    elsewhere.set(`${kind.name} ${name}`, object);
    return object;
  };
  const objects = ours.map(({ resource, kind }) => make(resource, kind));
  return withModels([...elsewhere.values(), ...objects], () => undefined);
}

function ancestorsOf({ parent }: ProgramResource): ProgramResource[] {
  return parent ? [parent, ...ancestorsOf(parent)] : [];
}

function toObject(resource: ProgramResource, kind: Kind, owner: ProgramObject | undefined): ProgramObject {
  const { props, name, urn } = resource;
  const given = Object.fromEntries(
    Object.keys(kind.args.shape).flatMap((field) => {
      const value = read(props, field);
      return value === undefined ? [] : [[field, value] as const];
    }),
  );
  const secrets = secretFieldsOf(kind, given);
  const values: Record<string, unknown> = { ...withDefaults(kind, given) };
  for (const field of Object.keys(kind.args.shape)) {
    if (values[field] === undefined && fieldMeta(kind, field).serverChosen)
      values[field] = new Unknown(
        "afterApply",
        `the property "${field}"`,
        "is not set in the program: the server chooses it",
      );
    if (values[field] !== undefined && secrets.includes(field))
      values[field] = new Unknown("secret", `the property "${field}"`, "is secret, and shown to no policy");
  }
  const args = guardUnknown(assumeMainBranch(kind, values));
  const [key = ""] = kind.naturalKey;
  const isUser = kind.naturalKey.length === 1 && fieldMeta(kind, key).reference === "user";
  return {
    kind,
    at: { workspace: "" },
    urn,
    found: {
      get id() {
        return isUser ? String(args[key]) : urn;
      },
      args,
      outputs: {
        ...(kind === repository ? { slug: given.slug ?? slugFrom(given.name, name) } : {}),
        ...("secretSet" in kind.outputs.shape ? { secretSet: given.secret !== undefined } : {}),
      },
    },
    owner,
    values,
  };
}

function slugFrom(given: unknown, name: string): string {
  return slugOf(typeof given === "string" ? given : name);
}

/** A value, which can be unknown in a preview. */
function read(props: Properties, field: string): unknown {
  try {
    return copyPlain(props[field]);
  } catch (error) {
    return new Unknown(
      "lookup",
      `the property "${field}"`,
      `is known only in the update: ${error instanceof Error ? error.message : ""}`,
    );
  }
}

/** A copy without the proxies of `@pulumi/policy`. Throws if something in it is unknown. */
function copyPlain(value: unknown): unknown {
  if (Array.isArray(value)) return Array.from(value, copyPlain);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.keys(value).map((key) => [key, copyPlain((value as Properties)[key])]));
}
