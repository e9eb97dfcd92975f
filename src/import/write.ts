/** Writes new objects into a stack's YAML files. What people wrote in them stays unchanged. */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import type { Node } from "yaml";
import {
  copyFilesBeside,
  type DesiredResource,
  type DesiredStack,
  keyOf,
  loadStack,
  type RepositoryFileSource,
  Structure,
} from "../desired";
import { UserError } from "../errors";
import { project, repository } from "../kinds";
import { fieldMeta, type Kind, type Properties } from "../kinds/kind";
import type { SurveyedObject } from "../live";
import { matchObjects } from "../plan/match";
import type { Declaration } from "./declare";
import { objectNode, type PathStep, sectionNode, valueNode, YamlFile, type YamlNotes } from "./documents";
import { type ExtractedLayers, extractLayers } from "./layers";
import { type TreeValue, treeFrom, type ValueTree } from "./tree";

/** Above this number of repositories, each project gets its own file. */
const maxInOneFile = 40;

interface WriteInput {
  /** The folder that holds `stacks/`. */
  readonly root: string;
  readonly stack: string;
  /** The existing file or folder. */
  readonly existing?: string | undefined;
  /** A file that declares nothing, as `init` has written it: the new stack takes its place. */
  readonly replaced?: string | undefined;
  /** The files of the existing stack, absolute. */
  readonly files: readonly string[];
  /** The files with which repositories set properties of their own. */
  readonly repositoryFiles?: RepositoryFileSource | undefined;
  /** The resources that the files declare so far: `Webhook api:ci`. */
  readonly declared: ReadonlySet<string>;
  readonly workspace: string;
  readonly declarations: readonly Declaration[];
  readonly objects: readonly SurveyedObject[];
  /** The value of `shards:` in a new stack. */
  readonly shards?: Properties | undefined;
  readonly notes: YamlNotes;
  /** Comments at the end of the first file, if it is new. */
  readonly remarks: readonly string[];
  /** The id of a declared resource that is in the state. */
  readonly idOf?: ((resource: DesiredResource) => string | undefined) | undefined;
  /** Resolves users by the names that the YAML uses. */
  readonly resolve: (stack: DesiredStack) => Promise<ReadonlyMap<DesiredResource, Properties>>;
}

interface WriteOutput {
  /** Changed or new files, relative to the root. */
  readonly files: readonly string[];
  readonly desired: DesiredStack;
  readonly matches: ReadonlyMap<DesiredResource, SurveyedObject>;
  readonly args: ReadonlyMap<DesiredResource, Properties>;
  /** Writes the files. Nothing is changed before. */
  save(): void;
}

const structure = new Structure();

export async function writeYaml(input: WriteInput): Promise<WriteOutput> {
  const files = new StackFiles(input);
  files.write();
  const copy = mkdtempSync(join(tmpdir(), "bitbucket-as-code-import-"));
  try {
    // Values that existing layers set and the server does not have are removed.
    for (let round = 0; ; round += 1) {
      // Inherited and own fields may contradict each other until the inherited ones are removed.
      const refusal: unknown[] = [];
      const desired = await files.load(copy, false).catch((error: unknown) => {
        refusal.push(error);
        return files.load(copy, true);
      });
      const args = await input.resolve(desired);
      const matches = matchObjects(desired.resources, input.objects, args, input.idOf);
      const corrected = round < 3 && files.correct(desired, matches, args);
      if (corrected) continue;
      if (refusal.length > 0) throw refusal[0];
      return { files: files.changed, desired, matches, args, save: () => files.save() };
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

class StackFiles {
  readonly #files: YamlFile[] = [];
  readonly #folder: string;
  /** The file or folder of the stack. */
  readonly #place: string;
  readonly #isNew: boolean;
  readonly #children = new Map<Declaration | undefined, Declaration[]>();
  readonly #byLive = new Map<SurveyedObject, Declaration>();

  constructor(private readonly input: WriteInput) {
    this.#folder = join(input.root, "stacks");
    for (const one of input.declarations) {
      this.#byLive.set(one.live, one);
      this.#children.set(one.parent, [...(this.#children.get(one.parent) ?? []), one]);
    }
    this.#isNew = input.existing === undefined;
    const many = input.declarations.filter(({ kind }) => kind === repository).length > maxInOneFile;
    this.#place = input.existing ?? join(this.#folder, many ? input.stack : `${input.stack}.yaml`);
    const paths = input.existing === undefined ? [] : yamlFiles(input.existing);
    this.#files.push(...paths.map((path) => new YamlFile(path)));
    if (this.#isNew)
      this.#files.push(
        new YamlFile(many ? join(this.#place, "_workspace.yaml") : this.#place, this.#header(many), true),
      );
  }

  get changed(): readonly string[] {
    return this.#files.filter((file) => file.changed).map(({ path }) => relative(this.input.root, path));
  }

  save(): void {
    for (const file of this.#files) if (file.changed) file.save();
    const { replaced } = this.input;
    if (replaced !== undefined && !this.#files.some(({ path }) => path === replaced)) rmSync(replaced);
  }

  write(): void {
    const { notes } = this.input;
    const roots = this.#children.get(undefined) ?? [];
    const layers = this.#layers(roots);
    if (this.#isNew) this.#begin(layers);
    this.#nameExisting(roots);
    // Projects and repositories first, where people look for them.
    for (const root of [...roots].sort((a, b) => rankOf(a) - rankOf(b))) {
      if (root.isDeclared) this.#addBelow(root);
      else {
        const tree = layers?.own.get(root.key);
        const node =
          root.kind === repository && tree ? objectNode(root.kind, tree, notes) : this.#nodeOf(root);
        this.#fileFor(root).put(this.#steps(root), node);
      }
    }
  }

  /** Loads the resulting stack from a copy. */
  load(copy: string, lenient: boolean): Promise<DesiredStack> {
    const folder = join(copy, "stacks");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    if (existsSync(this.#folder)) cpSync(this.#folder, folder, { recursive: true });
    copyFilesBeside(this.input.files, this.input.root, copy);
    for (const file of this.#files)
      if (file.changed) file.save(join(folder, relative(this.#folder, file.path)));
    return loadStack(join(folder, relative(this.#folder, this.#place)), {
      root: copy,
      lenient,
      keepExpired: true,
      repositoryFiles: this.input.repositoryFiles,
    });
  }

  /** Removes what new objects inherit and do not have. Returns `false` if there is nothing to remove. */
  correct(
    desired: DesiredStack,
    matches: ReadonlyMap<DesiredResource, SurveyedObject>,
    args: ReadonlyMap<DesiredResource, Properties>,
  ): boolean {
    let corrected = false;
    const put = (root: Declaration, steps: readonly PathStep[], value: TreeValue) => {
      this.#fileFor(root).put(steps, valueNode(value, this.input.notes));
      corrected = true;
    };
    for (const resource of desired.resources) {
      const live = matches.get(resource);
      const mine = live && this.#byLive.get(live);
      if (!live) {
        const owner = resource.parent && matches.get(resource.parent);
        const parent = owner && this.#byLive.get(owner);
        // Declared resources stay. What a new line inherits from the layers was not intended.
        if (!parent || this.input.declared.has(keyOf(resource))) continue;
        const { section, form } = resource.kind.yaml;
        const steps = this.#steps(parent);
        if (form !== "list")
          put(rootOf(parent), [...steps, ...stepsBelow(resource.kind, sectionKeyOf(resource))], null);
        else {
          // A list covers all its resources.
          const others = desired.resources.filter(
            (one) => one.parent === resource.parent && one.kind === resource.kind && matches.has(one),
          );
          put(
            rootOf(parent),
            [...steps, { key: section }],
            others.length > 0 ? others.map(sectionKeyOf) : null,
          );
        }
      } else if (mine && !mine.isDeclared) {
        for (const [field, value] of Object.entries(args.get(resource) ?? resource.args)) {
          if (
            field in mine.fields ||
            field === resource.kind.yaml.nameField ||
            isToolOption(resource.kind, field)
          )
            continue;
          const actual = live.found.args[field];
          if (JSON.stringify(value) === JSON.stringify(actual) || isImplied(mine, field, value)) continue;
          put(
            rootOf(mine),
            [...this.#steps(mine), { key: field }],
            (actual as TreeValue | undefined) ?? null,
          );
        }
      }
    }
    return corrected;
  }

  #layers(roots: readonly Declaration[]): ExtractedLayers | undefined {
    // Layers that people wrote themselves are kept.
    if (!this.#isNew) return undefined;
    const sections = new Set(
      [repository, ...structure.sectionsOf(repository)].flatMap((kind) =>
        structure.sectionsOf(kind).map((child) => child.yaml.section),
      ),
    );
    return extractLayers(
      roots
        .filter(({ kind }) => kind === repository)
        .map((one) => ({
          key: one.key,
          project: textOf(one.live.found.args.project),
          tree: this.#treeOf(one),
        })),
      sections,
    );
  }

  /** The head of a new stack. */
  #begin(layers: ExtractedLayers | undefined): void {
    const { workspace, shards, notes } = this.input;
    const main = this.#main;
    main.put([{ key: "workspace" }], valueNode(workspace));
    if (shards) main.put([{ key: "shards" }], valueNode(treeFrom(shards)));
    if (layers && layers.defaults.size > 0) {
      const name = structure.defaultsName(repository);
      main.put(
        [{ key: "defaults" }, { key: name }],
        objectNode(repository, layers.defaults, notes),
        " Settings of nearly every repository.",
      );
    }
    for (const [name, profile] of layers?.profiles ?? [])
      main.put([{ key: "profiles" }, { key: name }], objectNode(repository, profile, notes));
    if (this.input.remarks.length > 0)
      main.note(
        [" Not imported:", ...this.input.remarks.map((remark) => `  - ${remark.replace(/\s+/g, " ")}`)].join(
          "\n",
        ),
      );
  }

  /** Names the projects of repositories that are not declared here. */
  #nameExisting(roots: readonly Declaration[]): void {
    const declared = new Set(
      roots.flatMap(({ kind, live }) => (kind === project ? [String(live.found.args.key)] : [])),
    );
    const needed = new Set(
      roots.flatMap((one) =>
        one.kind === repository && !one.isDeclared ? (textOf(one.live.found.args.project) ?? []) : [],
      ),
    );
    const there = new Set(
      this.#files.flatMap((file) => namesIn(file.node(["existing", project.yaml.section]))),
    );
    const missing = [...needed].filter((key) => !declared.has(key) && !there.has(key)).sort();
    if (missing.length === 0) return;
    const file = this.#files.find((one) => one.has(["existing", project.yaml.section])) ?? this.#main;
    file.append(
      [{ key: "existing" }, { key: project.yaml.section }],
      missing.map((key) => valueNode(key)),
    );
  }

  /** Adds new objects below declared ones. */
  #addBelow(parent: Declaration): void {
    const lists = new Map<Kind, Declaration[]>();
    for (const child of this.#children.get(parent) ?? []) {
      if (child.isDeclared) this.#addBelow(child);
      else if (child.kind.yaml.form === "list")
        lists.set(child.kind, [...(lists.get(child.kind) ?? []), child]);
      else this.#fileFor(rootOf(parent)).put(this.#steps(child), this.#nodeOf(child));
    }
    for (const [kind, items] of lists) this.#addToList(parent, kind, items);
  }

  #addToList(parent: Declaration, kind: Kind, items: readonly Declaration[]): void {
    const path = [...this.#steps(parent), { key: kind.yaml.section }];
    const file = this.#fileFor(rootOf(parent));
    const inherited = file.has(path.map(({ key }) => key))
      ? []
      : // A list replaces an inherited one as a whole.
        (this.#children.get(parent) ?? []).filter((one) => one.kind === kind && one.isDeclared);
    file.append(
      path,
      [...inherited, ...items].map(({ key }) => valueNode(key, this.input.notes)),
    );
  }

  #nodeOf(one: Declaration): Node {
    const { notes } = this.input;
    const node =
      one.kind.yaml.form === "single"
        ? sectionNode(one.kind, this.#treeOf(one), notes)
        : objectNode(one.kind, this.#treeOf(one), notes);
    const note = notes.get(one.key);
    if (note !== undefined && "value" in node) node.comment = ` ${note}`;
    return node;
  }

  #treeOf(one: Declaration): ValueTree {
    const tree = new Map<string, TreeValue>(treeFrom(one.fields));
    const children = this.#children.get(one) ?? [];
    for (const kind of structure.sectionsOf(one.kind)) {
      const mine = children.filter((child) => child.kind === kind);
      const [first] = mine;
      if (!first) continue;
      const { section, form } = kind.yaml;
      if (form === "list")
        tree.set(
          section,
          mine.map(({ key }) => key),
        );
      else if (form === "single") tree.set(section, this.#treeOf(first));
      else tree.set(section, new Map(mine.map((child) => [child.key, this.#treeOf(child)])));
    }
    return tree;
  }

  #steps(one: Declaration): readonly PathStep[] {
    return [...(one.parent ? this.#steps(one.parent) : []), ...stepsBelow(one.kind, one.key)];
  }

  get #main(): YamlFile {
    const found = this.#files.find((file) => file.has(["workspace"])) ?? this.#files[0];
    if (found) return found;
    throw new UserError(`${this.#place} contains no YAML file.`);
  }

  /** The file of a top-level object, existing or new. */
  #fileFor(root: Declaration): YamlFile {
    const { section } = root.kind.yaml;
    const there = this.#files.find((file) => file.has([section, root.key]));
    if (there) return there;
    const key =
      root.kind === project ? textOf(root.live.found.args.key) : textOf(root.live.found.args.project);
    const isFolder = !/\.ya?ml$/.test(this.#place);
    if (root.kind.parentRole === undefined || key === undefined || !isFolder)
      return this.#fileWith(section) ?? this.#main;
    const path = join(this.#place, `${key}.yaml`);
    const found = this.#files.find((file) => file.path === path);
    if (found) return found;
    if (!this.#isNew) return this.#fileWith(section) ?? this.#main;
    const made = new YamlFile(path, this.#schemaLine(2));
    this.#files.push(made);
    return made;
  }

  #header(inFolder: boolean): string {
    return [
      this.#schemaLine(inFolder ? 2 : 1),
      " Written by bitbucket-as-code import. Values that Bitbucket never returns are marked `ifMissing: keep`: they stay unchanged",
      " until you supply them (see docs/get-started/import.md).",
    ].join("\n");
  }

  /**
   * The path of the schema for editors: in this project's own checkout, or in a project that has it as a
   * package.
   */
  #schemaLine(up: number): string {
    const inPackage = "node_modules/bitbucket-as-code/schema";
    const folder = existsSync(join(this.input.root, inPackage)) ? inPackage : "schema";
    return ` yaml-language-server: $schema=${"../".repeat(up)}${folder}/stack.schema.json`;
  }

  #fileWith(section: string): YamlFile | undefined {
    return this.#files.find((file) => file.has([section]));
  }
}

function stepsBelow(kind: Kind, key: string): readonly PathStep[] {
  const { section, form, shorthand } = kind.yaml;
  const steps = form === "single" ? [{ key: section, shorthand }] : [{ key: section }, { key, shorthand }];
  return steps;
}

/** The key of a declared resource in its section. */
export function sectionKeyOf({ kind, name, parent }: DesiredResource): string {
  if (kind.yaml.form === "single") return "";
  if (!parent) return name;
  return name.slice(`${structure.namePrefix(kind, parent.kind)}${parent.name}:`.length);
}

function rootOf(one: Declaration): Declaration {
  return one.parent ? rootOf(one.parent) : one;
}

function rankOf({ kind }: Declaration): number {
  return kind === project ? 0 : kind === repository ? 1 : 2;
}

function isToolOption(kind: Kind, field: string): boolean {
  const { toolOption, createOnly } = fieldMeta(kind, field);
  return toolOption === true || createOnly === true;
}

function isImplied({ kind, fields }: Declaration, field: string, value: unknown): boolean {
  return Object.keys(fields).some((name) => fieldMeta(kind, name).impliedBySecret?.[field] === value);
}

function yamlFiles(place: string): string[] {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(place, name));
}

function namesIn(node: unknown): string[] {
  const items = (node as { items?: readonly { value?: unknown }[] } | undefined)?.items ?? [];
  return items.map(({ value }) => String(value));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
