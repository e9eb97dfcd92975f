/** Merges the layers of every object and checks the result. */
import type { z } from "zod";
import { identityOf, type Kind, type Properties } from "../kinds/kind";
import { oncePer } from "../kinds/memo";
import { holdsPolicy } from "../kinds/unmanaged";
import type { CombinedFiles } from "./combine";
import type { DelegatedLayers } from "./delegation/layers";
import { type Diagnostics, joinPath, type Position } from "./diagnostics";
import { fillPlaceholders, isAboutSecret, schemaOf } from "./fieldCheck";
import { argsOf, entryKeysOf, type LayerReader, refuseLiterals } from "./layer";
import { mergeAll, mergeNodes } from "./merge";
import { describeNode, isBroken, isNull, type MapEntry, type MapNode, type Node, positionAt } from "./node";
import { formatConflict, Identities, References } from "./references";
import { profileKeys, RepositoryLayers } from "./repositoryLayers";
import { isSecretReference } from "./secret";
import type { DesiredResource, ExistingReference } from "./stack";
import { readAdoption, readDefaults } from "./stackWide";
import type { Structure } from "./structure";
import { PolicyReader, type UnmanagedPolicy } from "./unmanaged";
import { Expiry, readLastDay } from "./until";

export interface BuilderOptions {
  /** Whether fields may contradict each other: for a stack that is still being written. */
  readonly lenient?: boolean | undefined;
  /** What `until` is compared with. Default: the clock of this machine. */
  readonly now?: Date | undefined;
  /** Whether what has ended stays: for those who edit the YAML. */
  readonly keepExpired?: boolean | undefined;
}

export class Builder {
  readonly resources: DesiredResource[] = [];
  readonly #defaults: ReadonlyMap<Kind, Node>;
  readonly #layers: RepositoryLayers | undefined;
  readonly #adopt: boolean;
  readonly #policies: PolicyReader;
  readonly #expiry: Expiry;
  /** The policy for unmanaged resources. */
  readonly unmanaged: UnmanagedPolicy | undefined;
  readonly existing: ExistingReference[] = [];
  /** The sections and entries from the repository or project to a resource. */
  readonly #steps = new Map<DesiredResource, readonly string[]>();
  readonly #names = new Map<Kind, Map<string, Position>>();
  readonly #identities = new Identities();

  constructor(
    readonly combined: CombinedFiles,
    readonly structure: Structure,
    readonly reader: LayerReader,
    readonly diagnostics: Diagnostics,
    private readonly options: BuilderOptions = {},
    /** What teams' files add. */
    private readonly delegated?: DelegatedLayers,
  ) {
    this.#expiry = new Expiry(options.now ?? new Date());
    this.#defaults = readDefaults(combined.defaults, structure, reader, diagnostics);
    this.#adopt = readAdoption(combined.adopt, diagnostics);
    this.#policies = new PolicyReader(structure, diagnostics);
    this.unmanaged = this.#policies.stack(combined.unmanaged);
    const { profiledKind } = structure;
    this.#layers = profiledKind
      ? new RepositoryLayers(profiledKind, combined.profiles, combined.rules, reader, diagnostics)
      : undefined;
  }

  /** @param profiles Lists of profiles that are used beside those of repositories and rules. */
  build(profiles: readonly Node[] = []): void {
    for (const list of profiles) this.#layers?.use(list);
    for (const kind of this.structure.topSections()) {
      const section = this.combined.sections.get(kind.yaml.section);
      if (section) this.#top(kind, section);
    }
    const { combined, structure, resources, diagnostics } = this;
    const references = new References(combined, structure, resources, this.#identities, diagnostics);
    this.existing.push(...references.check(this.options.lenient === true));
    this.#layers?.warnOfUnused();
    this.#expiry.warn(this.diagnostics);
  }

  #top(kind: Kind, written: Node): void {
    if (kind !== this.structure.profiledKind || written.type !== "map") {
      this.#section(kind, this.reader.section(kind, written), undefined, true);
      return;
    }
    for (const [name, { key, value }] of written.entries) {
      const own = this.reader.object(kind, value, [...profileKeys, ...entryKeysOf(kind)]);
      if (this.#isEmptyTop(kind, name, key, own)) continue;
      const layers = [...(this.#layers?.of(name, own) ?? []), own];
      const central = mergeAll(layers) ?? own;
      const node = central.type === "map" ? this.delegated?.addTo(name, kind, central) : undefined;
      this.#object(kind, name, key, node ?? central, undefined);
    }
    this.delegated?.checkNames([...written.entries.keys()]);
  }

  #isEmptyTop(kind: Kind, name: string, key: Position, node: Node): boolean {
    if (!isNull(node)) return false;
    this.diagnostics.error(
      key,
      `is empty. Use "${name}: {}" for a ${kind.title} with defaults only, or remove the line`,
    );
    return true;
  }

  /** @param top At the top level nothing is inherited, so there is nothing to remove. */
  #section(kind: Kind, node: Node, parent: DesiredResource | undefined, top = false): void {
    if (isNull(node) || node.type === "broken") return;
    if (kind.yaml.form === "single") {
      this.#object(kind, "", node.position, node, parent);
    } else if (node.type === "map") {
      for (const [name, { key, value }] of node.entries) {
        if (top && this.#isEmptyTop(kind, name, key, value)) continue;
        if (isNull(value)) {
          if (!value.overrides) {
            this.diagnostics.warn(key, `removes an inherited ${kind.title}, but none is inherited here`);
          }
          continue;
        }
        this.#object(kind, name, key, value, parent);
      }
    } else if (node.type === "list") {
      const field = kind.yaml.nameField ?? "";
      for (const item of node.items) {
        if (item.type !== "scalar") continue;
        const entries = new Map<string, MapEntry>([[field, { key: item.position, value: item }]]);
        this.#object(
          kind,
          String(item.value),
          item.position,
          { type: "map", position: item.position, entries },
          parent,
        );
      }
    }
  }

  #object(kind: Kind, key: string, at: Position, written: Node, parent: DesiredResource | undefined): void {
    if (written.type !== "map") return;
    const { resetsInheritance: _, ...own } = written;
    const defaults = this.#defaults.get(kind);
    const withDefaults = defaults && !isNull(defaults) ? mergeNodes(defaults, own) : own;
    if (withDefaults.type !== "map") return;
    const origin = this.#withName(kind, key, at, withDefaults);
    const renamedFrom = this.#renamedFrom(key, origin);
    const unmanaged = holdsPolicy(kind)
      ? this.#policies.layer(origin.entries.get("unmanaged")?.value)
      : undefined;
    const until = kind.canExpire
      ? readLastDay(origin.entries.get("until")?.value, this.diagnostics)
      : undefined;
    const resource: DesiredResource = {
      kind,
      name: this.#name(kind, key, parent, at),
      ...(parent ? { parent } : {}),
      ...(renamedFrom === undefined ? {} : { renamedFrom }),
      ...(unmanaged === undefined ? {} : { unmanaged }),
      ...(until === undefined ? {} : { until }),
      args: this.#withAdoption(kind, argsOf(kind, origin), parent),
      position: at,
      positionOf: (path) => positionAt(origin, path, at),
      origin,
    };
    this.#check(resource);
    this.#checkLimits(resource, key);
    this.#expiry.note(resource);
    if (this.#expiry.isOver(resource) && !this.options.keepExpired) return;
    this.resources.push(resource);
    for (const child of this.structure.sectionsOf(kind)) {
      const section = origin.entries.get(child.yaml.section)?.value;
      if (section) this.#section(child, section, resource);
    }
  }

  #renamedFrom(key: string, origin: MapNode): string | null | undefined {
    const node = origin.entries.get("renamedFrom")?.value;
    if (!node || node.type === "broken") return undefined;
    if (isNull(node)) return null;
    const former =
      node.type === "scalar" && typeof node.value !== "boolean" ? String(node.source ?? node.value) : "";
    if (former === "")
      this.diagnostics.error(node.position, `must be its previous key, not ${describeNode(node)}`);
    else if (former === key)
      this.diagnostics.error(node.position, "must be its previous key, not its current one");
    else return former;
    return undefined;
  }

  /**
   * Consent to adoption applies to everything that belongs to an object, and to the stack; the nearest one
   * wins.
   */
  #withAdoption(kind: Kind, args: Properties, parent: DesiredResource | undefined): Properties {
    if (!("adopt" in kind.args.shape) || args.adopt !== undefined) return args;
    const outer = parent && "adopt" in parent.kind.args.shape ? parent.args.adopt === true : this.#adopt;
    return outer ? { ...args, adopt: true } : args;
  }

  /** Uses the map's key as the field that it represents. */
  #withName(kind: Kind, key: string, at: Position, object: MapNode): MapNode {
    const { nameField, form } = kind.yaml;
    const written = nameField === undefined ? undefined : object.entries.get(nameField)?.value;
    if (nameField === undefined || form !== "map" || (written && !isNull(written))) return object;
    const value: Node = { type: "scalar", position: at, value: key };
    if (!this.reader.field(kind, nameField, value)) {
      return {
        ...object,
        entries: new Map(object.entries).set(nameField, { key: at, value: { type: "broken", position: at } }),
      };
    }
    return { ...object, entries: new Map(object.entries).set(nameField, { key: at, value }) };
  }

  #name(kind: Kind, key: string, parent: DesiredResource | undefined, at: Position): string {
    const prefix = parent ? this.structure.namePrefix(kind, parent.kind) + parent.name : "";
    const name = [prefix, key].filter((part) => part !== "").join(":") || kind.yaml.section;
    const names = this.#names.get(kind) ?? new Map<string, Position>();
    this.#names.set(kind, names);
    const other = names.get(name);
    if (other) {
      this.diagnostics.error(
        at,
        `gets the name "${name}" in the stack, as does ${other.path} in ${other.file}:${other.line}. Rename one`,
      );
    }
    names.set(name, at);
    return name;
  }

  #check(resource: DesiredResource): void {
    const { kind, args, origin, position } = resource;
    const parsed: Record<string, unknown> = {};
    let fine = refuseLiterals(kind, origin, this.diagnostics);
    for (const field of Object.keys(kind.args.shape)) {
      const node = origin.entries.get(field)?.value;
      if (node && isBroken(node)) {
        fine = false;
        continue;
      }
      const value = fillPlaceholders(args[field]);
      const schema = schemaOf(kind, field) as z.ZodType;
      const result = value === undefined ? parseAbsent(schema) : schema.safeParse(value);
      if (result.success) parsed[field] = result.data;
      else if (args[field] === undefined) {
        this.diagnostics.error({ ...position, path: joinPath(position.path, field) }, "is required");
        fine = false;
      } else {
        // It contains a secret: the placeholder does not have to match the format.
        parsed[field] = value;
      }
    }
    if (!fine) return;
    for (const issue of this.options.lenient ? [] : (kind.validate?.(parsed as never) ?? [])) {
      if (isAboutSecret(issue, origin)) continue;
      const other = issue.with && resource.positionOf(issue.with);
      this.diagnostics.error(resource.positionOf(issue.path), formatConflict(issue.message, other));
    }
    for (const issue of kind.warn?.(parsed as never) ?? [])
      this.diagnostics.warn(resource.positionOf(issue.path), issue.message);
    this.#checkIdentity(resource, parsed);
  }

  /** What teams set keeps to the limits of delegation. */
  #checkLimits(resource: DesiredResource, key: string): void {
    const { kind, parent } = resource;
    const above = parent ? (this.#steps.get(parent) ?? []) : [];
    const steps = parent ? [...above, kind.yaml.section, ...(kind.yaml.form === "map" ? [key] : [])] : [];
    this.#steps.set(resource, steps);
    this.delegated?.checkLimits(resource, steps);
  }

  #checkIdentity(resource: DesiredResource, parsed: Properties): void {
    const { kind, args, position } = resource;
    if (kind.naturalKey.length === 0 || kind.naturalKey.some((field) => isSecretReference(args[field])))
      return;
    const other = this.#identities.add(resource, identityOf(kind, parsed));
    if (!other) return;
    const field = kind.naturalKey.find((name) => resource.origin.entries.has(name));
    this.diagnostics.error(
      field === undefined ? position : resource.positionOf([field]),
      `has the same ${kind.naturalKey.join(" and ")} as ${other.position.path} in ` +
        `${other.position.file}:${other.position.line}, so both would be the same ${kind.title}`,
    );
  }
}

/** What an absent value is, by schema: the same for every object. */
const parseAbsent = oncePer((schema: z.ZodType) => schema.safeParse(undefined));
