/**
 * Avatars from local image files. The state holds the path, a digest of what was uploaded and what the link to the
 * avatar showed then, never the image: Bitbucket encodes images anew, so that theirs cannot be compared with the file.
 */
import { createHash } from "node:crypto";
import { readFileSync, statSync } from "node:fs";
import { basename, isAbsolute, relative, resolve, sep } from "node:path";
import { z } from "zod";
import { LocalFileError } from "./localFile";
import { projectFolder } from "./projectFolder";

/** Bytes. A bound of this tool: Bitbucket's documentation names none. */
const largest = 1024 * 1024;

/** The field of a project or repository. */
export const avatar = z
  .string()
  .min(1, "must not be empty")
  .regex(/^[^\0\r\n]*$/, "must be the path of a file")
  .optional()
  .meta({
    writeOnly: true,
    serverChosen: true,
    description:
      "The avatar: the path of a PNG, JPEG or GIF file of at most 1 MB, relative to the YAML file or, in a program of your own, " +
      "to the folder of `Pulumi.yaml`. It is uploaded when its content changes, or when somebody has uploaded another image.",
  });

/** What is known of an avatar: of a file, of what Bitbucket shows, or of both. */
interface Avatar {
  /** Relative to the project's folder. */
  readonly path?: string | undefined;
  /** SHA-256 of the file, in hexadecimal. */
  readonly digest?: string | undefined;
  /** `ts` in the live link: it changes with each upload. */
  readonly shown?: string | undefined;
}

function parsed(value: unknown): Avatar {
  const match = /^(?:(.+) sha256:([0-9a-f]{64})|image)(?: ts:(\S+))?$/.exec(String(value));
  return match && (match[2] || match[3])
    ? { path: match[1], digest: match[2], shown: match[3] }
    : { path: String(value) };
}

function written({ path, digest, shown }: Avatar): string {
  const file = digest === undefined ? "image" : `${path} sha256:${digest}`;
  return shown === undefined ? file : `${file} ts:${shown}`;
}

/**
 * The value that is kept for a file: its path from the project's folder, and the digest of its content. A value of this
 * form stays, without what Bitbucket showed.
 *
 * @param value As the user wrote it.
 * @param from The folder that it is relative to. Default: the project's.
 * @param root The project's folder. Default: that of Pulumi.yaml, in or above the working directory.
 * @throws {LocalFileError} where the file cannot be an avatar.
 */
export function withDigest(value: string, from?: string, root = projectFolder()): string {
  const { digest, path, shown } = parsed(value);
  if (digest !== undefined) return written({ path, digest });
  if (shown !== undefined) return value;
  const file = resolve(from ?? root, value);
  const content = readImage(file, value);
  return written({ path: relative(root, file).split(sep).join("/"), digest: digestOf(content) });
}

/** Whether two values stand for the same content, wherever the file is. */
export function sameAvatar(a: unknown, b: unknown): boolean {
  const [one, other] = [parsed(a), parsed(b)];
  return one.digest === undefined ? a === b : one.digest === other.digest;
}

/** Whether what Bitbucket shows may be what was uploaded: it is not only where another upload can be told. */
export function mayBeShown(wanted: unknown, live: unknown): boolean {
  const [before, now] = [parsed(wanted).shown, parsed(live).shown];
  return before === undefined || now === undefined || before === now;
}

/** What was uploaded, with what Bitbucket shows of it. What says nothing of an upload is not kept: `?ts=default`. */
export function withShown(wanted: unknown, live: unknown): unknown {
  const { path, digest } = parsed(wanted);
  const { shown } = parsed(live);
  if (digest === undefined || shown === undefined || !/^\d+$/.test(shown)) return wanted;
  return written({ path, digest, shown });
}

/** Of an answer: the links of a project or repository. */
export const avatarLinks = z
  .object({ avatar: z.object({ href: z.string() }).optional() })
  .optional()
  .catch(undefined);

/** What the links show of the avatar; undefined where that is nothing that changes with an upload. */
export function shownAvatar(links: z.output<typeof avatarLinks>): { avatar?: string } {
  const shown = /[?&]ts=([^&#\s]+)/.exec(links?.avatar?.href ?? "")?.[1];
  return shown === undefined ? {} : { avatar: written({ shown }) };
}

/**
 * The part of a body that uploads the avatar; nothing where it is there already.
 * https://developer.atlassian.com/cloud/bitbucket/rest/api-group-projects/#api-workspaces-workspace-projects-post
 *
 * @param previous What the state holds.
 * @throws {LocalFileError} where the file is not what it was when its digest was taken.
 */
export function avatarBody(value: string | undefined, previous?: unknown): Record<string, unknown> {
  if (value === undefined) return {};
  const { path, digest, shown } = parsed(value);
  // What somebody else uploaded cannot be uploaded from here.
  if (path === undefined || (digest === undefined && shown !== undefined)) return {};
  if (digest !== undefined && parsed(previous).digest === digest) return {};
  const content = readImage(resolve(projectFolder(), path), path);
  if (digest !== undefined && digestOf(content) !== digest)
    throw new LocalFileError(`${path} has changed since this run read it first: run it again.`);
  const href = `data:${typeOf(content)};base64,${content.toString("base64")}`;
  return { links: { avatar: { href } } };
}

function readImage(file: string, shown: string): Buffer {
  const name = isAbsolute(shown) ? basename(shown) : shown;
  const content = contentOf(file, name);
  if (typeOf(content) === undefined)
    throw new LocalFileError(`${name} is no PNG, JPEG or GIF image: Bitbucket takes no other as an avatar`);
  return content;
}

function contentOf(file: string, name: string): Buffer {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (!stat) throw new LocalFileError(`${name} is not there (${file})`);
  if (!stat.isFile()) throw new LocalFileError(`${name} is not a file`);
  if (stat.size > largest)
    throw new LocalFileError(
      `${name} has ${stat.size} bytes, and an avatar may have ${largest} (1 MB) at most: make the image smaller`,
    );
  try {
    return readFileSync(file);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? ` (${String(error.code)})` : "";
    throw new LocalFileError(`${name} cannot be read${code}`);
  }
}

/** By the first bytes, whatever the file's name says. */
const signatures: readonly (readonly [string, string])[] = [
  ["image/png", "89504e470d0a1a0a"],
  ["image/jpeg", "ffd8ff"],
  ["image/gif", "474946383761"],
  ["image/gif", "474946383961"],
];

function typeOf(content: Buffer): string | undefined {
  const start = content.subarray(0, 8).toString("hex");
  return signatures.find(([, signature]) => start.startsWith(signature))?.[0];
}

function digestOf(content: Buffer): string {
  return createHash("sha256").update(content).digest("hex");
}

/** How a kind with an avatar treats the field. */
export const avatarRules = {
  localFiles: { avatar: withDigest },
  equivalent: { avatar: sameAvatar },
  coveredBy: { avatar: mayBeShown },
  keeps: { avatar: withShown },
} as const;
