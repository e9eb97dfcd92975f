/**
 * Avatars from local image files. The state holds the path, a digest of what was uploaded and what the link to the
 * avatar showed then, never the image: Bitbucket re-encodes images, so theirs can't be compared with the file.
 */
import { z } from "zod";
import {
  addDigest,
  isSameBytes,
  type LocalFileRules,
  localFileText,
  localPath,
  parseLocalFile,
  readBytes,
} from "./localFile";

/** The field of a project or repository. */
export const avatar = localPath.optional().meta({
  writeOnly: true,
  serverChosen: true,
  description:
    "The avatar: the path of a PNG, JPEG or GIF file of at most 1 MB, relative to the YAML file or, in a program, " +
    "to the folder of `Pulumi.yaml`. It is uploaded when its content changes, or when someone uploaded another image.",
});

const rules: LocalFileRules = {
  what: "an avatar",
  // A bound of this tool: Bitbucket's documentation names none.
  most: 1024 * 1024,
  problem: (start) => (typeOf(start) === undefined ? "is not a PNG, JPEG or GIF image" : undefined),
};

/** An avatar: its file, what Bitbucket shows of it (`image ts:1700000000`), or both. */
interface Avatar {
  /** Relative to the project's folder. */
  readonly path?: string | undefined;
  /** SHA-256 of the file, in hexadecimal. */
  readonly digest?: string | undefined;
  /** `ts` in the live link: it changes with each upload. */
  readonly shown?: string | undefined;
}

function parseAvatar(value: unknown): Avatar {
  const { path, digest, more } = parseLocalFile(value);
  if (digest === undefined) {
    const shown = String(value).match(/^image ts:(\S+)$/)?.[1];
    return shown === undefined ? { path } : { shown };
  }
  return { path, digest, shown: more.match(/^ ts:(\S+)$/)?.[1] };
}

function avatarText({ path, digest, shown }: Avatar): string {
  const file = digest === undefined ? "image" : localFileText(digest, path);
  return shown === undefined ? file : `${file} ts:${shown}`;
}

/** Whether the live avatar may be the uploaded one: false only if another upload is evident. */
function canBeAvatar(wanted: unknown, live: unknown): boolean {
  const [before, now] = [parseAvatar(wanted).shown, parseAvatar(live).shown];
  return before === undefined || now === undefined || before === now;
}

/**
 * The uploaded avatar with what Bitbucket shows of it. A link that says nothing about uploads (`?ts=default`) is not
 * kept.
 */
function keepShownAvatar(wanted: unknown, live: unknown): unknown {
  const { path, digest } = parseAvatar(wanted);
  const { shown } = parseAvatar(live);
  if (digest === undefined || shown === undefined || !/^\d+$/.test(shown)) return wanted;
  return avatarText({ path, digest, shown });
}

/** Of an answer: the links of a project or repository. */
export const avatarLinks = z
  .object({ avatar: z.object({ href: z.string() }).optional() })
  .optional()
  .catch(undefined);

/** The part of the links that changes with each upload; undefined if there is none. */
export function readAvatarLinks(links: z.output<typeof avatarLinks>): { avatar?: string } {
  const shown = /[?&]ts=([^&#\s]+)/.exec(links?.avatar?.href ?? "")?.[1];
  return shown === undefined ? {} : { avatar: avatarText({ shown }) };
}

/**
 * The part of a body that uploads the avatar; nothing if the live avatar is the same.
 * https://developer.atlassian.com/cloud/bitbucket/rest/api-group-projects/#api-workspaces-workspace-projects-post
 *
 * @param previous What the state holds.
 * @throws {LocalFileError} where the file is not what it was when its digest was taken.
 */
export function toAvatarBody(value: string | undefined, previous?: unknown): Record<string, unknown> {
  if (value === undefined) return {};
  const { path, digest } = parseAvatar(value);
  // Somebody else's upload can't be uploaded from here.
  if (path === undefined) return {};
  if (digest !== undefined && parseAvatar(previous).digest === digest) return {};
  const content = readBytes({ path, digest });
  const href = `data:${typeOf(content)};base64,${content.toString("base64")}`;
  return { links: { avatar: { href } } };
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

/** How a kind with an avatar treats the field. */
export const avatarRules = {
  localFiles: {
    avatar: (value: string, from?: string, root?: string) =>
      parseAvatar(value).path === undefined ? value : addDigest(rules, value, from, root),
  },
  equivalent: { avatar: isSameBytes },
  satisfiedBy: { avatar: canBeAvatar },
  keepUserValue: { avatar: keepShownAvatar },
} as const;
