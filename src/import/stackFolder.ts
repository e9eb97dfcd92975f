/** The YAML files of a stack, and which of them an object is written to. */
import { cpSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { UserError } from "../errors";
import { project, repository } from "../kinds";
import type { Declaration } from "./declare";
import { YamlFile } from "./documents";

/** Above this number of repositories, each project gets its own file. */
const maxInOneFile = 40;

export class StackFolder {
  readonly files: YamlFile[];
  readonly isNew: boolean;
  readonly root: string;
  readonly #folder: string;
  /** The file or folder of the stack. */
  readonly #place: string;

  /** @param existing The file or folder of a stack that exists. */
  constructor({
    root,
    stack,
    existing,
    declarations,
  }: {
    readonly root: string;
    readonly stack: string;
    readonly existing?: string | undefined;
    readonly declarations: readonly Declaration[];
  }) {
    this.root = root;
    this.#folder = join(root, "stacks");
    this.isNew = existing === undefined;
    const many = declarations.filter(({ kind }) => kind === repository).length > maxInOneFile;
    this.#place = existing ?? join(this.#folder, many ? stack : `${stack}.yaml`);
    const first = many ? join(this.#place, "_workspace.yaml") : this.#place;
    this.files =
      existing === undefined
        ? [new YamlFile(first, this.#header(many), true)]
        : yamlFiles(existing).map((path) => new YamlFile(path));
  }

  /** Changed or new files, relative to the root. */
  get changed(): readonly string[] {
    return this.files.filter((file) => file.changed).map(({ path }) => relative(this.root, path));
  }

  /** @param replaced A file whose place these take. */
  save(replaced: string | undefined): void {
    for (const file of this.files) if (file.changed) file.save();
    if (replaced !== undefined && !this.files.some(({ path }) => path === replaced)) rmSync(replaced);
  }

  /** Writes all stacks into another project's folder. @returns the file or folder of this one. */
  saveCopy(root: string): string {
    const folder = join(root, "stacks");
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder);
    if (existsSync(this.#folder)) cpSync(this.#folder, folder, { recursive: true });
    for (const file of this.files)
      if (file.changed) file.save(join(folder, relative(this.#folder, file.path)));
    return join(folder, relative(this.#folder, this.#place));
  }

  /** The file for what belongs to no project. */
  get main(): YamlFile {
    const found = this.files.find((file) => file.has(["workspace"])) ?? this.files[0];
    if (found) return found;
    throw new UserError(`${this.#place} contains no YAML file.`);
  }

  /** The file of a top-level object, existing or new. */
  fileFor(root: Declaration): YamlFile {
    const { section } = root.kind.yaml;
    const there = this.files.find((file) => file.has([section, root.key]));
    if (there) return there;
    const key =
      root.kind === project ? textOf(root.live.found.args.key) : textOf(root.live.found.args.project);
    const isFolder = !/\.ya?ml$/.test(this.#place);
    if (root.kind.parentRole === undefined || key === undefined || !isFolder)
      return this.#fileWith(section) ?? this.main;
    const path = join(this.#place, `${key}.yaml`);
    const found = this.files.find((file) => file.path === path);
    if (found) return found;
    if (!this.isNew) return this.#fileWith(section) ?? this.main;
    const made = new YamlFile(path, this.#schemaLine(2));
    this.files.push(made);
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
    const folder = existsSync(join(this.root, inPackage)) ? inPackage : "schema";
    return ` yaml-language-server: $schema=${"../".repeat(up)}${folder}/stack.schema.json`;
  }

  #fileWith(section: string): YamlFile | undefined {
    return this.files.find((file) => file.has([section]));
  }
}

function yamlFiles(place: string): string[] {
  if (!statSync(place).isDirectory()) return [place];
  return readdirSync(place)
    .filter((name) => /\.ya?ml$/.test(name))
    .sort()
    .map((name) => join(place, name));
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
