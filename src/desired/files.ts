/** Finds and reads the files of a stack. */
import { readdirSync, readFileSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import picomatch from "picomatch";
import { codeOf, tryRead } from "../errors";
import type { Diagnostics, Position } from "./diagnostics";
import { isGiven, isNull, type MapNode } from "./node";
import { parseYaml } from "./parse";
import { blameFile, yamlFilesIn } from "./stackFiles";

const largest = 10 * 1024 * 1024;
/** The largest file of a team, in bytes. */
const largestTeamFile = 256 * 1024;

/** A file that was read. */
export interface SourceFile {
  /** Relative to the project, with slashes. */
  readonly name: string;
  /** Absolute. */
  readonly path: string;
  readonly content: MapNode;
}

/**
 * Reads a stack's file, or all YAML files of its folder, and what they include.
 *
 * @param path The file or folder.
 * @param root The folder that displayed file names are relative to.
 */
export function readStack(path: string, root: string, diagnostics: Diagnostics): readonly SourceFile[] {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw blameFile(toShownPath(root, resolve(path)), "does not exist");
  // The folder's real path; a link instead of the file is treated like any other.
  const start = stat.isDirectory() ? realpathSync(path) : join(realpathSync(dirname(path)), basename(path));
  const isFolder = stat.isDirectory();
  const reader = new FileReader(isFolder ? start : dirname(start), root, diagnostics);
  if (!isFolder) {
    reader.read(start);
  } else {
    const files = yamlFilesIn(start);
    if (files.length === 0) throw blameFile(toShownPath(root, start), "is a folder without YAML files");
    for (const file of files) reader.read(file);
  }
  // The content of a missing part is unknown: further checks would only confuse.
  if (reader.incomplete) diagnostics.throwIfAny();
  return reader.files;
}

/**
 * Reads the file of a team, which includes no others. Reports what is wrong with it.
 *
 * @param path Absolute.
 * @param root The project's folder, outside of which nothing is read.
 * @param from The place that names the file.
 */
export function readTeamFile(
  path: string,
  root: string,
  from: Position,
  diagnostics: Diagnostics,
): SourceFile | undefined {
  const folder = realpathSync(root);
  const plain = join(folder, relative(resolve(root), path));
  if (!isBelow(folder, plain)) {
    diagnostics.error(from, `${toShownPath(root, path)} is outside the project's folder`);
    return undefined;
  }
  const real = tryRead(() => realpathSync(plain));
  if (real !== undefined && real !== plain) {
    diagnostics.error(from, `${toShownPath(root, path)} is reached through a link, which is not followed`);
    return undefined;
  }
  return new FileReader(folder, root, diagnostics, largestTeamFile).readOne(plain, from);
}

class FileReader {
  /** Included files before those that include them. */
  readonly files: SourceFile[] = [];
  /** Whether a file could not be read at all. */
  incomplete = false;
  readonly #done = new Set<string>();
  readonly #open: string[] = [];

  constructor(
    /** No file outside this folder is read. */
    readonly folder: string,
    readonly root: string,
    readonly diagnostics: Diagnostics,
    /** The largest file, in bytes. */
    private readonly limit = largest,
  ) {}

  /** Reads one file, and nothing that it includes. */
  readOne(path: string, from: Position): SourceFile | undefined {
    const file = this.#read(path, from);
    return file === "known" ? undefined : file;
  }

  /** @param from The item of `include` that refers to it. */
  read(path: string, from?: Position): void {
    const content = this.#read(path, from);
    if (content === "known") return;
    if (!content) {
      this.incomplete = true;
      return;
    }
    this.#open.push(content.path);
    for (const included of this.#includes(content.content, content.path))
      this.read(included.path, included.from);
    this.#open.pop();
    this.files.push(content);
  }

  #read(path: string, from: Position | undefined): SourceFile | "known" | undefined {
    const name = toShownPath(this.root, path);
    const at = from ?? { file: name, line: 0, column: 0, path: "" };
    const real = this.#inside(path, at, from === undefined);
    if (real === undefined) return undefined;
    if (this.#open.includes(real)) {
      const circle = [...this.#open.slice(this.#open.indexOf(real)), real].map((file) =>
        toShownPath(this.root, file),
      );
      this.diagnostics.error(at, `files include each other in a cycle: ${circle.join(" → ")}`);
      return "known";
    }
    if (this.#done.has(real)) return "known";
    this.#done.add(real);
    const text = this.#text(real, at, from === undefined ? "" : `${name} `);
    if (text === undefined) return undefined;
    const content = parseYaml(name, text, this.diagnostics);
    if (!content || content.type === "broken") return undefined;
    if (isNull(content)) {
      // A file that was truncated or emptied by mistake would remove everything that it declared.
      this.diagnostics.error(content.position, "is empty. If that is intended, set its content to {}");
      return undefined;
    }
    if (content.type !== "map") {
      this.diagnostics.error(
        content.position,
        'must be a map with keys such as "workspace" and "repositories"',
      );
      return undefined;
    }
    return { name, path: real, content };
  }

  #includes(content: MapNode, file: string): { path: string; from: Position }[] {
    const include = content.entries.get("include")?.value;
    if (!isGiven(include)) return [];
    const items = include.type === "list" ? include.items : [include];
    return items.flatMap((item) => {
      if (item.type === "broken") return [];
      if (item.type !== "scalar" || typeof item.value !== "string" || item.value === "") {
        this.diagnostics.error(item.position, "must be the path of a YAML file, relative to this one");
        return [];
      }
      return this.#match(item.value, item.position, file);
    });
  }

  #match(pattern: string, from: Position, file: string): { path: string; from: Position }[] {
    const base = dirname(file);
    if (isAbsolute(pattern) || !isBelow(this.folder, resolve(base, pattern))) {
      this.diagnostics.error(
        from,
        `"${pattern}" is outside the folder ${toShownPath(this.root, this.folder)}`,
      );
      return [];
    }
    if (!picomatch.scan(pattern).isGlob) return [{ path: resolve(base, pattern), from }];
    const matches = picomatch(relative(this.folder, resolve(base, pattern)).split(sep).join("/"));
    const found = readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => join(entry.parentPath, entry.name))
      .filter(
        (path) =>
          matches(relative(this.folder, path).split(sep).join("/")) &&
          tryRead(() => realpathSync(path)) !== file,
      )
      .sort();
    if (found.length === 0) this.diagnostics.error(from, `no file matches "${pattern}"`);
    return found.map((path) => ({ path, from }));
  }

  /** The real path of a file in the folder. */
  #inside(path: string, at: Position, first: boolean): string | undefined {
    const name = toShownPath(this.root, path);
    const real = tryRead(() => realpathSync(path));
    if (real === undefined) {
      this.diagnostics.error(at, first ? "does not exist" : `${name} does not exist`);
      return undefined;
    }
    if (!isBelow(this.folder, real)) {
      this.diagnostics.error(
        at,
        `${first ? "" : `${name} `}is a link that is outside the folder ${toShownPath(this.root, this.folder)}`,
      );
      return undefined;
    }
    return real;
  }

  #text(path: string, at: Position, name: string): string | undefined {
    try {
      const stat = statSync(path);
      if (!stat.isFile()) {
        this.diagnostics.error(at, `${name}is not a file`);
        return undefined;
      }
      if (stat.size > this.limit) {
        const size = this.limit < 1024 * 1024 ? `${this.limit / 1024} kB` : `${this.limit / 1024 / 1024} MB`;
        this.diagnostics.error(at, `${name}is larger than ${size}`);
        return undefined;
      }
      return new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(path));
    } catch (error) {
      const code = codeOf(error);
      const unreadable =
        code === "ERR_ENCODING_INVALID_ENCODED_DATA"
          ? "is not UTF-8 text"
          : `cannot be read (${code ?? "unknown"})`;
      this.diagnostics.error(at, name + unreadable);
      return undefined;
    }
  }
}

/** A path for messages. */
export function toShownPath(root: string, path: string): string {
  const name = relative(tryRead(() => realpathSync(root)) ?? root, tryRead(() => realpathSync(path)) ?? path);
  const inside = name !== "" && !name.startsWith("..") && !isAbsolute(name);
  return (inside ? name : relative(root, path) || basename(path)).split(sep).join("/");
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(folder, path);
  return way !== "" && way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}
