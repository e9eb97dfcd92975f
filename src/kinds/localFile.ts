/**
 * Files of this machine whose bytes are sent to Bitbucket. A field that names one holds, in inputs and in the state, its
 * path and its SHA-256 digest, as in `dist/tool.zip (sha256:…)`: never the bytes.
 */
import { createHash } from "node:crypto";
import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { relative, resolve, sep } from "node:path";
import { z } from "zod";
import { UserError } from "../errors";
import { line } from "./fields";
import { projectFolder } from "./projectFolder";

/** Bytes of a file, at most: it is sent from memory. */
export const mostBytes = 1024 * 1024 * 1024;

/** A file that cannot be sent. The message says why, and names the file. */
export class LocalFileError extends UserError {}

/** A field that names a file: absolute, or relative to the project's folder. In YAML: to the YAML file's. */
export const localFile = line(4096)
  .min(1, "must not be empty")
  .transform((value, context) => {
    try {
      return withDigest(value);
    } catch (error) {
      if (!(error instanceof LocalFileError)) throw error;
      context.addIssue({ code: "custom", message: error.message });
      return z.NEVER;
    }
  });

/** What the field holds of a file of which only the digest is known. */
export function ofDigest(digest: string): string {
  return `(sha256:${digest})`;
}

/** Whether two values of the field stand for the same bytes. */
export function sameBytes(a: unknown, b: unknown): boolean {
  const digest = partsOf(a).digest;
  return digest === undefined ? a === b : digest === partsOf(b).digest;
}

/**
 * The bytes of the file, which are those of the digest.
 *
 * @throws {LocalFileError} where it cannot be read, or holds something else by now.
 */
export async function bytesOf(value: string): Promise<Uint8Array<ArrayBuffer>> {
  const { path, digest } = partsOf(value);
  let bytes: Uint8Array<ArrayBuffer>;
  try {
    bytes = new Uint8Array(await readFile(resolve(projectFolder(), path)));
  } catch (error) {
    throw unreadable(path, error);
  }
  if (createHash("sha256").update(bytes).digest("hex") !== digest)
    throw new LocalFileError(
      `The file ${path} changed while this ran: nothing of it was sent. Leave it alone and run it again.`,
    );
  return bytes;
}

/** What follows the path once the file was read. */
const written = /^(?:(.*) )?\(sha256:([0-9a-f]{64})\)$/;

function partsOf(value: unknown): { readonly path: string; readonly digest: string | undefined } {
  const [, path, digest] = String(value).match(written) ?? [];
  return digest === undefined ? { path: String(value), digest } : { path: path ?? "", digest };
}

/** The path from the project's folder, so that it is the same on every machine, and the digest. */
function withDigest(value: string): string {
  if (written.test(value)) return value;
  const root = projectFolder();
  const file = resolve(root, value);
  const path = relative(root, file).split(sep).join("/");
  return `${path} ${ofDigest(digestOf(file, path))}`;
}

/** Digests by what names a version of a file: its place, and when and how long it was last written. */
const known = new Map<string, string>();

function digestOf(file: string, shown: string): string {
  let handle: number | undefined;
  try {
    handle = openSync(file, "r");
    const stat = fstatSync(handle, { bigint: true });
    if (!stat.isFile()) throw new LocalFileError(`the file ${shown} is no file`);
    if (stat.size > mostBytes)
      throw new LocalFileError(`the file ${shown} has ${stat.size} bytes, and may have ${mostBytes} at most`);
    const version = [file, stat.dev, stat.ino, stat.size, stat.mtimeNs, stat.ctimeNs].join(" ");
    const digest = known.get(version) ?? digestIn(handle);
    known.set(version, digest);
    return digest;
  } catch (error) {
    throw error instanceof LocalFileError ? error : unreadable(shown, error);
  } finally {
    if (handle !== undefined) closeSync(handle);
  }
}

function digestIn(handle: number): string {
  const hash = createHash("sha256");
  const part = Buffer.alloc(1024 * 1024);
  for (;;) {
    const length = readSync(handle, part);
    if (length === 0) return hash.digest("hex");
    hash.update(part.subarray(0, length));
  }
}

function unreadable(shown: string, error: unknown): LocalFileError {
  const code =
    typeof error === "object" && error !== null && "code" in error ? String(error.code) : "unknown";
  return new LocalFileError(
    code === "ENOENT" ? `the file ${shown} is not there` : `the file ${shown} cannot be read (${code})`,
  );
}
