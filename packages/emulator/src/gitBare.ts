/** A bare repository on disk, managed by git itself. */
import { execFile, execFileSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { logFormat, parseLog } from "./gitLog";
import {
  bytesOf,
  commitObject,
  type GitObject,
  tagObject,
  toPerson,
  toSeconds,
  treeObjects,
} from "./gitObjects";
import { GitFailure, gitEnvironment } from "./gitProcess";
import { pushRules } from "./gitPushRules";
import type { CommitChange, CommitInfo, TreeEntry, Walk } from "./gitStore";
import type { Commit } from "./state";

const config = `[core]
	repositoryformatversion = 0
	bare = true
	logAllRefUpdates = false
[http]
	receivepack = true
[receive]
	denyDeleteCurrent = refuse
	fsckObjects = true
[uploadpack]
	allowFilter = true
	allowReachableSHA1InWant = true
[gc]
	auto = 0
`;

interface BareContent {
  /** The whole content as a git bundle, in base64; the other fields are empty then. */
  readonly bundle: string | undefined;
  readonly commits: readonly Commit[];
  readonly branches: readonly (readonly [name: string, hash: string])[];
  readonly tags: readonly (readonly [name: string, tag: { hash: string; message: string }])[];
}

export class BareRepository {
  #head: string | undefined;
  /** The refs that `#bundle` holds. */
  #bundled = "";
  #bundle: string | undefined;

  private constructor(readonly folder: string) {}

  static async make(folder: string, content: BareContent): Promise<BareRepository> {
    for (const part of ["objects", "refs/heads", "refs/tags", "hooks"])
      await mkdir(join(folder, part), { recursive: true });
    await writeFile(join(folder, "config"), config);
    await writeFile(join(folder, "hooks", "pre-receive"), pushRules, { mode: 0o755 });
    const made = new BareRepository(folder);
    made.head(null);
    if (content.bundle !== undefined) await made.#unbundle(content.bundle);
    else await made.#fill(content);
    return made;
  }

  async #unbundle(bundle: string): Promise<void> {
    const file = join(this.folder, "bundle");
    await writeFile(file, Buffer.from(bundle, "base64"));
    await this.git(["fetch", "--quiet", "--no-write-fetch-head", file, "+refs/*:refs/*"]);
    rmSync(file);
    [this.#bundle, this.#bundled] = [bundle, this.#refsNow()];
  }

  async #fill({ commits, branches, tags }: BareContent): Promise<void> {
    const byHash = new Map(commits.map((commit) => [commit.hash, commit]));
    const objects = commits.flatMap((commit) => {
      const files = treeObjects(commit.files);
      return [...files, commitObject({ ...commit, tree: files.at(-1)?.hash ?? "" })];
    });
    const refs = branches.map(([name, hash]) => `create refs/heads/${name} ${hash}`);
    for (const [name, { hash, message }] of tags) {
      const commit = byHash.get(hash);
      const tag = tagObject(name, hash, message, commit?.author ?? "", commit?.date ?? "1970-01-01");
      objects.push(tag);
      refs.push(`create refs/tags/${name} ${tag.hash}`);
    }
    await this.#write(objects);
    if (refs.length > 0) await this.git(["update-ref", "--stdin"], { input: `${refs.join("\n")}\n` });
  }

  /** As loose objects. */
  async #write(objects: readonly GitObject[]): Promise<void> {
    const written = new Set<string>();
    for (const { hash, type, bytes } of objects) {
      if (written.has(hash)) continue;
      written.add(hash);
      const folder = join(this.folder, "objects", hash.slice(0, 2));
      await mkdir(folder, { recursive: true });
      const packed = deflateSync(Buffer.concat([Buffer.from(`${type} ${bytes.length}\0`), bytes]), {
        level: 1,
      });
      await writeFile(join(folder, hash.slice(2)), packed);
    }
  }

  /** Sets the branch that a clone checks out. */
  head(branch: string | null): void {
    const text = `ref: refs/heads/${branch ?? "main"}\n`;
    if (text !== this.#head) writeFileSync(join(this.folder, "HEAD"), text);
    this.#head = text;
  }

  git(
    args: readonly string[],
    options: { input?: string | Buffer; env?: Readonly<Record<string, string>> } = {},
  ): Promise<Buffer> {
    return new Promise((resolve, reject) => {
      const child = execFile(
        "git",
        ["--git-dir", this.folder, ...args],
        {
          env: { ...gitEnvironment, ...options.env },
          encoding: "buffer",
          maxBuffer: 1024 * 1024 * 1024,
          // Killed processes must not leave locks behind: nothing is interrupted here.
        },
        (error, stdout, stderr) =>
          error
            ? reject(new GitFailure(`git ${args[0]} failed: ${stderr.toString().trim()}`, error.code, stdout))
            : resolve(stdout),
      );
      child.stdin?.on("error", () => {});
      child.stdin?.end(options.input ?? "");
    });
  }

  async #text(args: readonly string[], input?: string): Promise<string | undefined> {
    try {
      return (await this.git(args, input === undefined ? {} : { input })).toString();
    } catch {
      return undefined;
    }
  }

  /** The commit with this abbreviated hash. */
  async hash(start: string): Promise<string | undefined> {
    return (await this.#text(["rev-parse", "--verify", "--quiet", `${start}^{commit}`]))?.trim() || undefined;
  }

  async commits(hashes: readonly string[]): Promise<CommitInfo[]> {
    if (hashes.length === 0) return [];
    const text = await this.#text(
      ["log", "--no-walk=unsorted", "--stdin", logFormat],
      `${hashes.join("\n")}\n`,
    );
    return parseLog(text ?? "");
  }

  async log({ include, exclude, path }: Walk): Promise<CommitInfo[]> {
    if (include.length === 0) return [];
    const starts = [...include, ...exclude.map((hash) => `^${hash}`)].join("\n");
    const limit = path === undefined ? [] : ["--", path];
    const text = await this.#text(["log", "--topo-order", "--stdin", logFormat, ...limit], `${starts}\n`);
    return parseLog(text ?? "");
  }

  async entries(hash: string, path: string, depth: number): Promise<TreeEntry[] | undefined> {
    const recursive = depth > 1 ? ["-r", "-t"] : [];
    const text = await this.#text([
      "ls-tree",
      "-l",
      "-z",
      ...recursive,
      path === "" ? hash : `${hash}:${path}`,
    ]);
    return text?.split("\0").flatMap((line): TreeEntry[] => {
      const [, mode = "", size = "", name = ""] = /^(\d+) \w+ \w+ +(\S+)\t([\s\S]*)$/.exec(line) ?? [];
      if (name === "" || name.split("/").length > depth) return [];
      const at = path === "" ? name : `${path}/${name}`;
      if (mode === "040000") return [{ path: at, type: "folder", size: 0 }];
      if (mode === "160000") return [{ path: at, type: "submodule", size: 0 }];
      const attribute = mode === "120000" ? "link" : mode === "100755" ? "executable" : undefined;
      return [{ path: at, type: "file", size: Number(size), ...(attribute ? { attribute } : {}) }];
    });
  }

  async file(hash: string, path: string): Promise<Buffer | undefined> {
    if (path === "") return undefined;
    try {
      return await this.git(["cat-file", "blob", `${hash}:${path}`]);
    } catch {
      return undefined;
    }
  }

  async change({ branch, parent, message, author, date, written, removed }: CommitChange): Promise<string> {
    const modes = new Map(
      (parent === undefined ? [] : ((await this.entries(parent, "", 1_000)) ?? [])).map((entry) => [
        entry.path,
        entry.attribute === "executable" ? "100755" : "100644",
      ]),
    );
    const who = `${toPerson(author)} ${toSeconds(date)} +0000`;
    const ref = `refs/heads/emulator-${randomUUID()}`;
    const text = Buffer.from(message);
    const stream = Buffer.concat([
      Buffer.from(`commit ${ref}\nauthor ${who}\ncommitter ${who}\ndata ${text.length}\n`),
      text,
      Buffer.from(parent === undefined ? "\n" : `\nfrom ${parent}\n`),
      ...removed.filter((path) => modes.has(path)).map((path) => Buffer.from(`D ${quotePath(path)}\n`)),
      ...[...written].flatMap(([path, content]) => {
        const bytes = bytesOf(content);
        const line = `M ${modes.get(path) ?? "100644"} inline ${quotePath(path)}\ndata ${bytes.length}\n`;
        return [Buffer.from(line), bytes, Buffer.from("\n")];
      }),
    ]);
    await this.git(["fast-import", "--quiet"], { input: stream });
    const made = await this.hash(ref);
    if (!made) throw new Error("git made no commit");
    await this.setRef(`refs/heads/${branch}`, made);
    await this.removeRef(ref);
    return made;
  }

  async setRef(ref: string, hash: string): Promise<void> {
    await this.git(["update-ref", ref, hash]);
  }

  async removeRef(ref: string): Promise<void> {
    await this.git(["update-ref", "-d", ref]);
  }

  async setTag(name: string, { hash, message }: { hash: string; message: string }): Promise<void> {
    await this.git(["tag", "--annotate", "--cleanup=verbatim", "--file=-", "--", name, hash], {
      input: message,
    });
  }

  /** Branches and tags; tags by their commits. */
  async refs(): Promise<{
    branches: Map<string, string>;
    tags: Map<string, { hash: string; message: string }>;
  }> {
    const fields = ["refname", "objectname", "*objectname", "objecttype", "contents"].map(
      (name) => `%(${name})%00`,
    );
    const text = (await this.git(["for-each-ref", `--format=${fields.join("")}`])).toString();
    const parts = text.split("\0");
    const branches = new Map<string, string>();
    const tags = new Map<string, { hash: string; message: string }>();
    for (let at = 0; at + 4 < parts.length; at += 5) {
      const [ref = "", hash = "", peeled = "", type, message = ""] = parts.slice(at, at + 5);
      const name = ref.trim();
      if (name.startsWith("refs/heads/")) branches.set(name.slice(11), hash);
      if (name.startsWith("refs/tags/"))
        tags.set(name.slice(10), { hash: peeled || hash, message: type === "tag" ? message.trimEnd() : "" });
    }
    return { branches, tags };
  }

  /** The whole content, in base64; undefined if it is empty. */
  bundle(): string | undefined {
    const refs = this.#refsNow();
    if (refs === this.#bundled) return this.#bundle;
    const file = join(this.folder, "bundle");
    if (refs === createHash("sha1").digest("hex")) this.#bundle = undefined;
    else {
      execFileSync(
        "git",
        ["--git-dir", this.folder, "bundle", "create", "--quiet", file, "--branches", "--tags"],
        {
          env: gitEnvironment,
          stdio: "ignore",
        },
      );
      this.#bundle = readFileSync(file).toString("base64");
      rmSync(file);
    }
    this.#bundled = refs;
    return this.#bundle;
  }

  /** A hash of the refs. */
  #refsNow(): string {
    const text = execFileSync("git", ["--git-dir", this.folder, "for-each-ref"], { env: gitEnvironment });
    return createHash("sha1").update(text).digest("hex");
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 3 });
  }
}

/** A path in the format of `git fast-import`. */
function quotePath(path: string): string {
  return `"${path.replace(/[\\"]/g, "\\$&").replace(/\n/g, "\\n")}"`;
}
