/**
 * Sets properties in a stack's YAML, and adds objects to it: not a byte of what people wrote beside it changes. The result
 * is loaded before it is used.
 */
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative, sep } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { isMap } from "yaml";
import {
  copyFilesBeside,
  type DesiredResource,
  type DesiredStack,
  findReferences,
  grantsOf,
  keyOf,
  loadStack,
  repositoryFilesOf,
} from "../desired";
import { UserError } from "../errors";
import type { Kind, Properties } from "../kinds/kind";
import { sectionKeyOf } from "./declarationTree";
import { objectNode, type PathStep, valueNode, YamlFile } from "./documents";
import { treeFrom } from "./tree";

export interface StackPlace {
  /** The folder that holds `stacks/`. */
  readonly root: string;
  /** The stack's file or folder. */
  readonly place: string;
}

interface ExpectedFields {
  /** `Webhook api:ci`. */
  readonly label: string;
  readonly fields: Properties;
}

export class StackEditor {
  readonly #files: readonly YamlFile[];
  readonly #names: Set<string>;
  readonly #expected: ExpectedFields[] = [];
  readonly #removed = new Set<string>();

  constructor(
    private readonly stack: DesiredStack,
    private readonly options: StackPlace,
  ) {
    const folder = join(options.root, "stacks") + sep;
    // What is included from elsewhere is not this stack's own.
    this.#files = stack.files.filter((file) => file.startsWith(folder)).map((file) => new YamlFile(file));
    this.#names = new Set(stack.resources.map(keyOf));
  }

  /** The changed files: their texts by their paths relative to the root, with slashes. */
  get texts(): ReadonlyMap<string, string> {
    return new Map(
      this.#files
        .filter((file) => file.changed)
        .map((file) => [relative(this.options.root, file.path).split(sep).join("/"), file.text]),
    );
  }

  get changed(): readonly string[] {
    return [...this.texts.keys()];
  }

  /** Loads the stack with the changes, from a copy, and looks whether it says what was meant. */
  async check(): Promise<void> {
    const { root, place } = this.options;
    const copy = mkdtempSync(join(tmpdir(), "bitbucket-as-code-edit-"));
    try {
      cpSync(join(root, "stacks"), join(copy, "stacks"), { recursive: true });
      copyFilesBeside(this.stack.files, root, copy);
      for (const file of this.#files) if (file.changed) file.save(join(copy, relative(root, file.path)));
      const stack = await loadStack(join(copy, relative(root, place)), {
        root: copy,
        keepExpired: true,
        repositoryFiles: repositoryFilesOf(this.stack),
      });
      const resources = new Map(stack.resources.map((resource) => [keyOf(resource), resource]));
      for (const label of this.#removed)
        if (resources.has(label))
          throw new UserError(
            `${label} would still be declared, by a profile or defaults. Nothing was written.`,
          );
      for (const { label, fields } of this.#expected) {
        const args = resources.get(label)?.args ?? {};
        const missed = Object.keys(fields).filter((field) => !isDeepStrictEqual(args[field], fields[field]));
        // A reference is read into an object of its own form.
        const wrong = missed.filter((field) => findReferences(args[field]).length === 0);
        if (wrong.length > 0)
          throw new UserError(`${label} would not have ${wrong.join(", ")} as written. Nothing was written.`);
      }
    } finally {
      rmSync(copy, { recursive: true, force: true });
    }
  }

  save(): void {
    for (const file of this.#files) if (file.changed) file.save();
  }

  /** @returns why it cannot be written. */
  set(resource: DesiredResource, fields: Properties): string | undefined {
    const steps = stepsOf(resource);
    const file = this.#fileOf(resource);
    const delegated = grantsOf(this.stack, resource);
    const isTeams = this.stack.delegation?.grants.has(resource.position) === true;
    if (!file || isTeams || Object.keys(fields).some((field) => delegated.has(field))) return elsewhere;
    const node = file.node(steps.map(({ key }) => key));
    const { shorthand } = resource.kind.yaml;
    const tree = treeFrom(fields);
    const short = shorthand === undefined ? undefined : tree.get(shorthand);
    // `TOKEN: text` becomes `TOKEN: { fromEnv: TOKEN }`, and not a map with one entry.
    if (node !== undefined && !isMap(node) && short !== undefined && tree.size === 1)
      file.put(steps, valueNode(short));
    else for (const [field, value] of tree) file.put([...steps, { key: field }], valueNode(value));
    this.#expected.push({ label: keyOf(resource), fields });
    return undefined;
  }

  /**
   * Removes a resource, with all that is in it.
   *
   * @returns why it cannot be removed.
   */
  remove(resource: DesiredResource): string | undefined {
    const file = this.#fileOf(resource);
    if (!file || this.stack.delegation?.grants.has(resource.position) === true) return elsewhere;
    const steps = stepsOf(resource).map(({ key }) => key);
    if (resource.kind.yaml.form === "list" || !file.has(steps))
      return "it comes from a list, a profile or defaults: take it out there";
    const refusal = file.remove(steps);
    if (refusal === undefined) this.#removed.add(keyOf(resource));
    return refusal;
  }

  /** Whether a resource was removed by its own lines. */
  isRemoved(resource: DesiredResource): boolean {
    for (let at: DesiredResource | undefined = resource; at; at = at.parent)
      if (this.#removed.has(keyOf(at))) return true;
    return false;
  }

  /**
   * Adds an object that belongs to none that is declared: a repository, or something of the workspace.
   *
   * @returns why it cannot be written.
   */
  addRoot(kind: Kind, key: string, fields: Properties): string | undefined {
    const { section, form } = kind.yaml;
    const label = `${kind.name} ${key}`;
    if (form !== undefined && form !== "map") return "it has no entry of its own in the YAML";
    if (this.#names.has(label)) return `another ${kind.title} is called ${key} in the YAML`;
    const place =
      this.#files.find((file) => file.has([section])) ?? this.#files.find((file) => file.has(["workspace"]));
    if (!place) return elsewhere;
    this.#names.add(label);
    place.put([{ key: section }, { key }], objectNode(kind, treeFrom(fields), new Map()));
    this.#expected.push({ label, fields });
    return undefined;
  }

  /** @returns why it cannot be written. */
  add(
    kind: Kind,
    owner: DesiredResource | undefined,
    wanted: string,
    fields: Properties,
  ): string | undefined {
    const file = owner && this.#fileOf(owner);
    if (!owner || !file) return elsewhere;
    const { section, form } = kind.yaml;
    const isSingle = form === "single";
    // A repository has one of them, which is called as it is.
    const labelFor = (key: string) => `${kind.name} ${owner.name}${isSingle ? "" : `:${key}`}`;
    const isDeclared = () =>
      this.#names.has(labelFor("")) ||
      file.has([...stepsOf(owner), { key: section }].map((step) => step.key));
    if (isSingle && isDeclared()) return `${section} is declared in another way`;
    let key = wanted;
    for (let next = 2; this.#names.has(labelFor(key)); next += 1) key = `${wanted} ${next}`;
    this.#names.add(labelFor(key));
    if (form === "list") return this.#append(kind, owner, file, wanted);
    const steps = [...stepsOf(owner), { key: section }, ...(isSingle ? [] : [{ key }])];
    file.put(steps, objectNode(kind, treeFrom(fields), new Map()));
    this.#expected.push({ label: labelFor(key), fields });
    return undefined;
  }

  #append(kind: Kind, owner: DesiredResource, file: YamlFile, key: string): string | undefined {
    const steps = [...stepsOf(owner), { key: kind.yaml.section }];
    const isInherited =
      !file.has(steps.map((step) => step.key)) &&
      this.stack.resources.some((one) => one.kind === kind && one.parent === owner);
    if (isInherited) return "the list comes from a profile or defaults: add it there";
    file.append(steps, [valueNode(key)]);
    this.#expected.push({ label: `${kind.name} ${owner.name}:${key}`, fields: {} });
    return undefined;
  }

  /** The file with the project or repository that a resource belongs to, or with the workspace's own. */
  #fileOf(resource: DesiredResource): YamlFile | undefined {
    const root = rootOf(resource);
    return this.#files.find((file) => file.has([root.kind.yaml.section, sectionKeyOf(root)]));
  }
}

const elsewhere = "it is declared in a file that is not the stack's own";

function rootOf(resource: DesiredResource): DesiredResource {
  return resource.parent ? rootOf(resource.parent) : resource;
}

function stepsOf(resource: DesiredResource): readonly PathStep[] {
  const { kind, parent } = resource;
  const { section, form, shorthand } = kind.yaml;
  return [
    ...(parent ? stepsOf(parent) : []),
    ...(form === "single"
      ? [{ key: section, shorthand }]
      : [{ key: section }, { key: sectionKeyOf(resource), shorthand }]),
  ];
}
