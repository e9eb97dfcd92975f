/** Writes new objects into a stack's YAML files. What people wrote in them stays unchanged. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  copyFilesBeside,
  type DesiredResource,
  type DesiredStack,
  keyOf,
  loadStack,
  type RepositoryFileSource,
  Structure,
} from "../desired";
import { project, repository } from "../kinds";
import { fieldMeta, type Kind, type Properties } from "../kinds/kind";
import type { SurveyedObject } from "../live";
import { groupBy } from "../model/groupBy";
import { DeclarationTree, rankOf, rootOf, sectionKeyOf, stepsBelow } from "./declarationTree";
import type { Declaration } from "./declare";
import { objectNode, type PathStep, valueNode, type YamlNotes } from "./documents";
import { matchDeclared } from "./existing";
import { type ExtractedLayers, extractLayers } from "./layers";
import { StackFolder } from "./stackFolder";
import { type TreeValue, treeFrom } from "./tree";

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
      const matches = matchDeclared(desired.resources, input.objects, args, input.idOf);
      const corrected = round < 3 && files.correct(desired, matches, args);
      if (corrected) continue;
      if (refusal.length > 0) throw refusal[0];
      const { folder } = files;
      return { files: folder.changed, desired, matches, args, save: () => folder.save(input.replaced) };
    }
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

class StackFiles {
  readonly folder: StackFolder;
  readonly #tree: DeclarationTree;
  readonly #byLive: ReadonlyMap<SurveyedObject, Declaration>;

  constructor(private readonly input: WriteInput) {
    this.folder = new StackFolder(input);
    this.#tree = new DeclarationTree(input.declarations, input.notes);
    this.#byLive = new Map(input.declarations.map((one) => [one.live, one]));
  }

  write(): void {
    const { notes } = this.input;
    const roots = this.#tree.childrenOf(undefined);
    const layers = this.#layers(roots);
    if (this.folder.isNew) this.#begin(layers);
    this.#nameExisting(roots);
    // Projects and repositories first, where people look for them.
    for (const root of [...roots].sort((a, b) => rankOf(a) - rankOf(b))) {
      if (root.isDeclared) this.#addBelow(root);
      else {
        const tree = layers?.own.get(root.key);
        const node =
          root.kind === repository && tree ? objectNode(root.kind, tree, notes) : this.#tree.nodeOf(root);
        this.folder.fileFor(root).put(this.#tree.steps(root), node);
      }
    }
  }

  /** Loads the resulting stack from a copy. */
  load(copy: string, lenient: boolean): Promise<DesiredStack> {
    copyFilesBeside(this.input.files, this.input.root, copy);
    return loadStack(this.folder.saveCopy(copy), {
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
      this.folder.fileFor(root).put(steps, valueNode(value, this.input.notes));
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
        const steps = this.#tree.steps(parent);
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
            [...this.#tree.steps(mine), { key: field }],
            (actual as TreeValue | undefined) ?? null,
          );
        }
      }
    }
    return corrected;
  }

  #layers(roots: readonly Declaration[]): ExtractedLayers | undefined {
    // Layers that people wrote themselves are kept.
    if (!this.folder.isNew) return undefined;
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
          tree: this.#tree.treeOf(one),
        })),
      sections,
    );
  }

  /** The head of a new stack. */
  #begin(layers: ExtractedLayers | undefined): void {
    const { workspace, shards, notes } = this.input;
    const { main } = this.folder;
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
      this.folder.files.flatMap((file) => namesIn(file.node(["existing", project.yaml.section]))),
    );
    const missing = [...needed].filter((key) => !declared.has(key) && !there.has(key)).sort();
    if (missing.length === 0) return;
    const file =
      this.folder.files.find((one) => one.has(["existing", project.yaml.section])) ?? this.folder.main;
    file.append(
      [{ key: "existing" }, { key: project.yaml.section }],
      missing.map((key) => valueNode(key)),
    );
  }

  /** Adds new objects below declared ones. */
  #addBelow(parent: Declaration): void {
    const children = this.#tree.childrenOf(parent);
    const isListed = ({ kind, isDeclared }: Declaration) => !isDeclared && kind.yaml.form === "list";
    for (const child of children) {
      if (child.isDeclared) this.#addBelow(child);
      else if (!isListed(child))
        this.folder.fileFor(rootOf(parent)).put(this.#tree.steps(child), this.#tree.nodeOf(child));
    }
    for (const [kind, items] of groupBy(children.filter(isListed), (child) => child.kind))
      this.#addToList(parent, kind, items);
  }

  #addToList(parent: Declaration, kind: Kind, items: readonly Declaration[]): void {
    const path = [...this.#tree.steps(parent), { key: kind.yaml.section }];
    const file = this.folder.fileFor(rootOf(parent));
    const inherited = file.has(path.map(({ key }) => key))
      ? []
      : // A list replaces an inherited one as a whole.
        this.#tree.childrenOf(parent).filter((one) => one.kind === kind && one.isDeclared);
    file.append(
      path,
      [...inherited, ...items].map(({ key }) => valueNode(key, this.input.notes)),
    );
  }
}

function isToolOption(kind: Kind, field: string): boolean {
  const { toolOption, createOnly } = fieldMeta(kind, field);
  return toolOption === true || createOnly === true;
}

function isImplied({ kind, fields }: Declaration, field: string, value: unknown): boolean {
  return Object.keys(fields).some((name) => fieldMeta(kind, name).impliedBySecret?.[field] === value);
}

function namesIn(node: unknown): string[] {
  const items = (node as { items?: readonly { value?: unknown }[] } | undefined)?.items ?? [];
  return items.map(({ value }) => String(value));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
