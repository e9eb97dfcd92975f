/** Git's objects as bytes, so that a commit over REST gets the hash that git would give it. */

import { isUtf8 } from "node:buffer";
import { createHash } from "node:crypto";

/** A file's bytes for JSON: as text if they are text. */
export type StoredContent = string | { base64: string };

export interface GitObject {
  readonly hash: string;
  readonly type: "blob" | "tree" | "commit" | "tag";
  readonly bytes: Buffer;
}

export function contentOf(bytes: Buffer): StoredContent {
  return isUtf8(bytes) ? bytes.toString("utf8") : { base64: bytes.toString("base64") };
}

export function bytesOf(content: StoredContent): Buffer {
  return typeof content === "string" ? Buffer.from(content) : Buffer.from(content.base64, "base64");
}

function objectOf(type: GitObject["type"], bytes: Buffer): GitObject {
  const hash = createHash("sha1").update(`${type} ${bytes.length}\0`).update(bytes).digest("hex");
  return { hash, type, bytes };
}

/** The tree of some files and everything below it; the tree itself comes last. */
export function treeObjects(files: ReadonlyMap<string, StoredContent>): GitObject[] {
  const objects: GitObject[] = [];
  const build = (entries: readonly (readonly [path: string, content: StoredContent])[]): string => {
    const folders = new Map<string, (readonly [string, StoredContent])[]>();
    const lines: { name: string; sort: string; mode: string; hash: string }[] = [];
    for (const [path, content] of entries) {
      const slash = path.indexOf("/");
      if (slash < 0) {
        const blob = objectOf("blob", bytesOf(content));
        objects.push(blob);
        lines.push({ name: path, sort: path, mode: "100644", hash: blob.hash });
      } else {
        const folder = path.slice(0, slash);
        const held = folders.get(folder) ?? [];
        held.push([path.slice(slash + 1), content]);
        folders.set(folder, held);
      }
    }
    for (const [name, held] of folders)
      lines.push({ name, sort: `${name}/`, mode: "40000", hash: build(held) });
    // Git sorts by bytes, and folders as if they ended in a slash.
    lines.sort((a, b) => Buffer.compare(Buffer.from(a.sort), Buffer.from(b.sort)));
    const tree = objectOf(
      "tree",
      Buffer.concat(
        lines.flatMap(({ mode, name, hash }) => [Buffer.from(`${mode} ${name}\0`), Buffer.from(hash, "hex")]),
      ),
    );
    objects.push(tree);
    return tree.hash;
  };
  build([...files]);
  return objects;
}

interface CommitParts {
  readonly tree: string;
  readonly parents: readonly string[];
  /** `Name <address>`. */
  readonly author: string;
  readonly date: string;
  readonly message: string;
}

export function commitObject({ tree, parents, author, date, message }: CommitParts): GitObject {
  const who = `${toPerson(author)} ${toSeconds(date)} +0000`;
  const lines = [
    `tree ${tree}`,
    ...parents.map((hash) => `parent ${hash}`),
    `author ${who}`,
    `committer ${who}`,
    "",
    message,
  ];
  return objectOf("commit", Buffer.from(lines.join("\n")));
}

export function tagObject(
  name: string,
  hash: string,
  message: string,
  author: string,
  date: string,
): GitObject {
  const lines = [
    `object ${hash}`,
    "type commit",
    `tag ${name}`,
    `tagger ${toPerson(author)} ${toSeconds(date)} +0000`,
    "",
    message.endsWith("\n") ? message : `${message}\n`,
  ];
  return objectOf("tag", Buffer.from(lines.join("\n")));
}

/** A name and an address in git's format. */
export function toPerson(raw: string): string {
  const [, name = raw, address = ""] = /^([^<]*)<([^>]*)>/.exec(raw) ?? [];
  const clean = (text: string) => text.replace(/[<>\n\0]/g, "").trim();
  return `${clean(name) || "unknown"} <${clean(address)}>`;
}

export function toSeconds(date: string): number {
  return Math.floor(Date.parse(date) / 1000);
}

/** https://git-scm.com/docs/git-check-ref-format */
export function isRefName(name: string): boolean {
  return (
    name !== "" &&
    name !== "@" &&
    !/^[-/]|[/.]$|\/\/|\.\.|@\{|[\0-\x20\x7f~^:?*[\\]/.test(name) &&
    !name.split("/").some((part) => part.startsWith(".") || part.endsWith(".lock"))
  );
}
