/** SSH public keys on one line, as in a `.pub` file. */
import { z } from "zod";

/** An SSH public key, split. Bitbucket keeps the comment apart from the key. */
export function splitPublicKey(text: string): { key: string; comment: string } {
  const [type = "", data = "", ...rest] = text.trim().split(/\s+/);
  return { key: `${type} ${data}`, comment: rest.join(" ") };
}

/** The parts of a key's data behind its type, by type: RFC 4253 (6.6), RFC 5656, RFC 8709, OpenSSH's PROTOCOL.u2f. */
const partsOf: Readonly<Record<string, number>> = {
  "ssh-ed25519": 1,
  "ssh-rsa": 2,
  "ssh-dss": 4,
  "ecdsa-sha2-nistp256": 2,
  "ecdsa-sha2-nistp384": 2,
  "ecdsa-sha2-nistp521": 2,
  "sk-ssh-ed25519@openssh.com": 2,
  "sk-ecdsa-sha2-nistp256@openssh.com": 3,
};

/** Bytes of an Ed25519 key. */
const ed25519Length = 32;

/** Why a text is not an OpenSSH public key, or undefined if it is one. */
function findPublicKeyProblem(text: string): string | undefined {
  const trimmed = text.trim();
  if (/PRIVATE KEY/.test(trimmed)) return "is a private key: use the public key (the .pub file)";
  if (/[\r\n]/.test(trimmed)) return "must be one line, as in a .pub file";
  const [type = "", data = ""] = trimmed.split(/\s+/);
  if (!Object.hasOwn(partsOf, type))
    return `must start with a key type (${Object.keys(partsOf).slice(0, 3).join(", ")}, …), as in a .pub file`;
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(data)) return "must have base64 data after the key type";
  const parts = partsIn(Buffer.from(data, "base64"));
  if (parts[0]?.toString("latin1") !== type)
    return `is truncated or damaged: its data does not name the type ${type}`;
  const [, first] = parts;
  const isWhole =
    parts.length === 1 + (partsOf[type] ?? 0) &&
    parts.every((part) => part.length > 0) &&
    (!type.includes("ed25519") || first?.length === ed25519Length);
  return isWhole ? undefined : "is truncated or damaged: its data ends too early, or continues after its end";
}

/** The texts that a key's data is made of, each behind its length. Truncated ones are omitted. */
function partsIn(bytes: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let at = 0;
  while (at + 4 <= bytes.length) {
    const end = at + 4 + bytes.readUInt32BE(at);
    if (end > bytes.length) break;
    parts.push(bytes.subarray(at + 4, end));
    at = end;
  }
  // The rest belongs to an incomplete part.
  return at === bytes.length ? parts : [...parts, Buffer.alloc(0)];
}

/** An OpenSSH public key on one line: type, base64 data and, if there is one, a comment. */
export const publicKey = z.string().superRefine((value, context) => {
  const problem = findPublicKeyProblem(value);
  if (problem) context.addIssue({ code: "custom", message: problem });
});

/** Whether two public keys are the same, whatever their comments. */
export function isSamePublicKey(a: unknown, b: unknown): boolean {
  return typeof a === "string" && typeof b === "string" && splitPublicKey(a).key === splitPublicKey(b).key;
}
