/**
 * Files of this machine whose bytes are sent to Bitbucket. A field that names one holds, in inputs and in the state, its
 * path and its SHA-256 digest, as in `dist/tool.zip (sha256:…)`: never the bytes.
 */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readFileSync, readSync } from "node:fs";
import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import { codeOf, UserError } from "../errors";
import { line } from "./fields";
import { projectFolder } from "./projectFolder";

/** A file that cannot be sent. The message says why, and names the file. */
export class LocalFileError extends UserError {}

/** The schema of a field that names a file. The kind's `localFiles` says what the file must be. */
export const localPath = line(4096).min(1, "must not be empty");

/** What a file must be. */
export interface LocalFileRules {
  /** As in a sentence: "a download". */
  readonly what: string;
  /** Bytes, at most. */
  readonly most: number;
  /** Why a file that begins with these bytes cannot be sent, behind its name; or undefined. */
  problem?(start: Buffer): string | undefined;
}

/** The value of such a field, taken apart. */
interface LocalFile {
  /** As the user wrote it; with a digest, relative to the project's folder. Undefined: only a digest is known. */
  readonly path: string | undefined;
  /** SHA-256, in hexadecimal. Undefined: the file was not read yet. */
  readonly digest: string | undefined;
  /** What follows the digest. */
  readonly more: string;
}

/** Earlier states have the digest of an avatar without brackets. */
const form = /^(?:(.+) )?(?:\(sha256:([0-9a-f]{64})\)|sha256:([0-9a-f]{64}))(.*)$/;

export function parseLocalFile(value: unknown): LocalFile {
  const [, path, digest, bare, more] = String(value).match(form) ?? [];
  return more === undefined
    ? { path: String(value), digest: undefined, more: "" }
    : { path, digest: digest ?? bare, more };
}

/** What the field holds of a file, or of bytes of which no path is known. */
export function localFileText(digest: string, path?: string): string {
  return `${path === undefined ? "" : `${path} `}(sha256:${digest})`;
}

/** Whether two values of the field stand for the same bytes, wherever the file is. */
export function isSameBytes(a: unknown, b: unknown): boolean {
  const { digest } = parseLocalFile(a);
  return digest === undefined ? a === b : digest === parseLocalFile(b).digest;
}

/**
 * The path of the file from the project's folder, so that it is the same on every machine, and the digest of what is in
 * it. A value that has a digest keeps it, without what follows it.
 *
 * @param value As the user wrote it.
 * @param from The folder that it is relative to. Default: the project's.
 * @param root The project's folder. Default: that of Pulumi.yaml, in or above the working directory.
 * @throws {LocalFileError} where it cannot be read, or may not be sent.
 */
export function addDigest(
  rules: LocalFileRules,
  value: string,
  from?: string,
  root = projectFolder(),
): string {
  const { path, digest } = parseLocalFile(value);
  if (digest !== undefined) return localFileText(digest, path);
  const file = resolve(from ?? root, value);
  const name = isAbsolute(value) ? basename(value) : value;
  return localFileText(hashFile(rules, file, name), relative(root, file).split(sep).join("/"));
}

/**
 * The bytes of the file.
 *
 * @throws {LocalFileError} where it cannot be read, or holds by now something else than when its digest was taken.
 */
export function readBytes({ path = "", digest }: Pick<LocalFile, "path" | "digest">): Buffer<ArrayBuffer> {
  let bytes: Buffer<ArrayBuffer>;
  const file = resolve(projectFolder(), path);
  try {
    bytes = readFileSync(file);
  } catch (error) {
    throw toLocalFileError(file, path, error);
  }
  if (digest !== undefined && createHash("sha256").update(bytes).digest("hex") !== digest)
    throw new LocalFileError(
      `The file ${path} changed during this run, and was not sent. Run this again without changing it.`,
    );
  return bytes;
}

/** Digests by what names a version of a file: its place, and when and how long it was last written. */
const known = new Map<string, string>();

function hashFile(rules: LocalFileRules, file: string, name: string): string {
  let handle: number | undefined;
  try {
    handle = openSync(file, "r");
    const stat = fstatSync(handle, { bigint: true });
    if (!stat.isFile()) throw new LocalFileError(`the file ${name} is not a file`);
    if (stat.size > rules.most)
      throw new LocalFileError(
        `the file ${name} has ${stat.size} bytes, and ${rules.what} can have at most ${rules.most}`,
      );
    const start = Buffer.alloc(16);
    const problem = rules.problem?.(start.subarray(0, readSync(handle, start, { position: 0 })));
    if (problem !== undefined) throw new LocalFileError(`the file ${name} ${problem}`);
    const version = [file, stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(" ");
    const digest = known.get(version) ?? digestIn(handle);
    known.set(version, digest);
    return digest;
  } catch (error) {
    throw error instanceof LocalFileError ? error : toLocalFileError(file, name, error);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function digestIn(handle: number): string {
  const hash = createHash("sha256");
  const part = Buffer.alloc(1024 * 1024);
  for (let position = 0; ; ) {
    const length = readSync(handle, part, { position });
    if (length === 0) return hash.digest("hex");
    hash.update(part.subarray(0, length));
    position += length;
  }
}

function toLocalFileError(file: string, name: string, error: unknown): LocalFileError {
  const code = codeOf(error) ?? "unknown";
  return new LocalFileError(
    code === "ENOENT"
      ? `the file ${name} does not exist (${file})`
      : `the file ${name} cannot be read (${code})`,
  );
}
