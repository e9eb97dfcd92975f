/**
 * Decrypts the secrets of a state whose key comes from a passphrase, without an engine.
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/config/crypt.go (AES-256-GCM, PBKDF2)
 */
import { createDecipheriv, pbkdf2 } from "node:crypto";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { z } from "zod";
import { secretMark, signature } from "../../model/secrets";

/** Turns an encrypted value of the state into its text: JSON. */
type Decrypt = (ciphertext: string) => string;

/** Iterations of the derivation, as the engine has them. */
const iterations = 1_000_000;
const keyLength = 32;
const tagLength = 16;

const passphraseProvider = z.looseObject({
  type: z.literal("passphrase"),
  state: z.looseObject({ salt: z.string() }),
});

/** https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go (SecretV1) */
const encrypted = z.looseObject({ [signature]: z.literal(secretMark[signature]), ciphertext: z.string() });
const revealed = z.looseObject({ [signature]: z.literal(secretMark[signature]), plaintext: z.string() });

/**
 * A function that decrypts a state's secrets, or undefined if they are encrypted in another way, or the environment has
 * no or another passphrase.
 *
 * @param provider What the state says of its secrets provider.
 */
export async function openSecrets(provider: unknown, env: NodeJS.ProcessEnv): Promise<Decrypt | undefined> {
  const parsed = passphraseProvider.safeParse(provider);
  const passphrase = readPassphrase(env);
  if (!parsed.success || passphrase === undefined) return undefined;
  const [version, salt = "", ...check] = parsed.data.state.salt.split(":");
  if (version !== "v1") return undefined;
  const key = await deriveKey(passphrase, salt);
  const decrypt = (ciphertext: string) => decipher(key, ciphertext);
  try {
    return decrypt(check.join(":")) === "pulumi" ? decrypt : undefined;
  } catch {
    return undefined;
  }
}

/** Every other secrets provider of the engine: a cloud's or Vault's key by its URL, or Pulumi's service. */
const remoteProvider = z.looseObject({
  type: z.enum(["cloud", "service"]),
  state: z.looseObject({ url: z.string().optional() }).optional(),
});

/** Why a state's secrets cannot be decrypted, in a line. */
export function describeClosedSecrets(provider: unknown): string {
  const { data: remote } = remoteProvider.safeParse(provider);
  if (!remote)
    return "the secrets of the state cannot be decrypted here: PULUMI_CONFIG_PASSPHRASE is missing, or is another one";
  const [scheme = ""] = remote.state?.url?.split("://") ?? [];
  const by = remote.type === "service" ? "Pulumi's service" : scheme;
  return `only the engine can decrypt the secrets of the state, which are encrypted by ${by || "a cloud's key"}`;
}

/** Derived keys by salt and passphrase: each takes a third of a second. */
const keys = new Map<string, Promise<Buffer>>();

function deriveKey(passphrase: string, salt: string): Promise<Buffer> {
  const name = `${salt} ${passphrase}`;
  const key =
    keys.get(name) ??
    promisify(pbkdf2)(passphrase, Buffer.from(salt, "base64"), iterations, keyLength, "sha256");
  keys.set(name, key);
  return key;
}

function readPassphrase(env: NodeJS.ProcessEnv): string | undefined {
  const { PULUMI_CONFIG_PASSPHRASE: text, PULUMI_CONFIG_PASSPHRASE_FILE: file } = env;
  if (text !== undefined) return text;
  try {
    return file ? readFileSync(file, "utf8").trim() : undefined;
  } catch {
    return undefined;
  }
}

/** @param text `v1:<nonce>:<ciphertext and tag>`, in base64. */
function decipher(key: Buffer, text: string): string {
  const [version, nonce = "", encrypted = ""] = text.split(":");
  if (version !== "v1") throw new Error("It is encrypted in another way.");
  const bytes = Buffer.from(encrypted, "base64");
  const cipher = createDecipheriv("aes-256-gcm", key, Buffer.from(nonce, "base64"));
  cipher.setAuthTag(bytes.subarray(-tagLength));
  return Buffer.concat([cipher.update(bytes.subarray(0, -tagLength)), cipher.final()]).toString("utf8");
}

/**
 * The value with its secrets in plain text.
 *
 * @throws {Error} if one cannot be decrypted.
 */
export function revealSecrets(value: unknown, decrypt: Decrypt): unknown {
  if (Array.isArray(value)) return value.map((item) => revealSecrets(item, decrypt));
  if (typeof value !== "object" || value === null) return value;
  if (signature in value) {
    const plain = revealed.safeParse(value);
    return JSON.parse(plain.success ? plain.data.plaintext : decrypt(encrypted.parse(value).ciphertext));
  }
  return Object.fromEntries(
    Object.entries(value).map(([name, held]) => [name, revealSecrets(held, decrypt)]),
  );
}
