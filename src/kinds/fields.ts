/** Schemas that several kinds share. */
import { z } from "zod";

/** A UUID as Bitbucket writes it, in braces. */
export const uuid = z
  .string()
  .regex(/^\{[0-9a-fA-F-]{36}\}$/, "must be a UUID in braces, as Bitbucket writes it");

/** Text on one line. */
export const line = (maximum: number) =>
  z
    .string()
    .max(maximum, `must have at most ${maximum} characters`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    .regex(/^[^\u0000-\u001f\u007f]*$/, "must be one line, without control characters");

/** Description of a project, repository or webhook: absent means empty. */
export const description = z
  .string()
  .default("")
  .meta({ description: "What it is for. Left out, it is empty." });

/** Consent to take over what is already there. */
export const adopt = z
  .boolean()
  .optional()
  .meta({
    setting: true,
    unkept: true,
    description:
      "Take over an object that already exists with the same natural key, and bring it to the desired state. " +
      "Without it, an existing object that differs is an error. In YAML it counts for what belongs to the object, too.",
  });

/** An SSH public key, split. Bitbucket keeps the comment apart from the key. */
export function splitPublicKey(text: string): { key: string; comment: string } {
  const [type = "", data = "", ...rest] = text.trim().split(/\s+/);
  return { key: `${type} ${data}`, comment: rest.join(" ") };
}

const keyTypes = [
  "ssh-ed25519",
  "ssh-rsa",
  "ssh-dss",
  "ecdsa-sha2-nistp256",
  "ecdsa-sha2-nistp384",
  "ecdsa-sha2-nistp521",
  "sk-ssh-ed25519@openssh.com",
  "sk-ecdsa-sha2-nistp256@openssh.com",
];

/** Why a text is not an OpenSSH public key, or undefined if it is one (RFC 4253, section 6.6). */
export function publicKeyProblem(text: string): string | undefined {
  const trimmed = text.trim();
  if (/PRIVATE KEY/.test(trimmed)) return "is a private key: give the public half (the .pub file)";
  if (/[\r\n]/.test(trimmed)) return "must be one line, as in a .pub file";
  const [type = "", data = ""] = trimmed.split(/\s+/);
  if (!keyTypes.includes(type)) {
    return `must start with a key type (${keyTypes.slice(0, 3).join(", ")}, …), as in a .pub file`;
  }
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(data)) return "must have base64 data after the key type";
  const bytes = Buffer.from(data, "base64");
  const length = bytes.length >= 4 ? bytes.readUInt32BE(0) : 0;
  if (bytes.subarray(4, 4 + length).toString("ascii") !== type) {
    return `is cut short or damaged: its data does not name the type ${type}`;
  }
  return undefined;
}

/** An OpenSSH public key on one line: type, base64 data and, if there is one, a comment. */
export const publicKey = z.string().superRefine((value, context) => {
  const problem = publicKeyProblem(value);
  if (problem) context.addIssue({ code: "custom", message: problem });
});

/** Whether two public keys are the same, whatever their comments. */
export function samePublicKey(a: unknown, b: unknown): boolean {
  return typeof a === "string" && typeof b === "string" && splitPublicKey(a).key === splitPublicKey(b).key;
}

/** Whether two URLs are the same but for a missing root path and the case of scheme and host. */
export function sameUrl(a: unknown, b: unknown): boolean {
  if (typeof a !== "string" || typeof b !== "string") return a === b;
  return plainUrl(a) === plainUrl(b);
}

/** A URL as it is called: with a path, and with scheme and host in lower case. What is no URL stays as it is. */
export function plainUrl(text: string): string {
  return URL.canParse(text) ? new URL(text).href : text;
}

/** A URL that Bitbucket can call. */
export const httpUrl = z
  .string()
  .max(2048, "must have at most 2048 characters")
  .superRefine((value, context) => {
    const problem = urlProblem(value);
    if (problem) context.addIssue({ code: "custom", message: problem });
  });

function urlProblem(value: string): string | undefined {
  if (!URL.canParse(value)) return "must be a URL, such as https://ci.example.com/hook";
  const { protocol, username, password } = new URL(value);
  if (protocol !== "https:" && protocol !== "http:") return "must start with https:// or http://";
  if (username || password) return "must not hold a user name or password";
  return undefined;
}

/** The output `uuid` of a kind whose id it is. */
export const uuidFromId = { uuid: (id: string) => id } as const;

/** The name of a branch or tag as git takes it (git-check-ref-format), without `refs/heads/` or `refs/tags/`. */
export const refName = line(255)
  .min(1, "must not be empty")
  .regex(
    /^(?!refs\/)(?!\/)(?!.*\/\/)(?!.*\.\.)[^ ~^:?*[\\]+$/,
    "must be a name that git takes, without refs/heads/ or refs/tags/ before it",
  )
  .meta({ immutable: true, description: "The name, without `refs/heads/` or `refs/tags/`." });
