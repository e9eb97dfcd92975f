/**
 * What a command has read of Bitbucket before it starts an engine, for the processes of that engine: an encrypted file
 * in the run's folder. Its key is in their environment, as their credential is.
 */
import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { Env } from "../environment";
import { type RecordedRead, recordedRead } from "../live";
import { runContext } from "./runContext";

const algorithm = "aes-256-gcm";
const lengths = { key: 32, nonce: 12, tag: 16 };
const reads = z.array(recordedRead);

/**
 * Writes the file.
 *
 * @param folder The run's.
 * @param stack The Pulumi stack whose engine reads it.
 * @returns The variable for the engine's processes.
 */
export function writeHandOver(
  folder: string,
  stack: string,
  recorded: readonly RecordedRead[],
): { readonly BITBUCKET_HANDED_OVER: string } {
  const [key, nonce] = [randomBytes(lengths.key), randomBytes(lengths.nonce)];
  const cipher = createCipheriv(algorithm, key, nonce);
  const text = cipher.update(JSON.stringify(recorded), "utf8");
  const name = `${stack}.reads`;
  const content = Buffer.concat([nonce, text, cipher.final(), cipher.getAuthTag()]);
  writeFileSync(join(folder, name), content, { mode: 0o600 });
  return { BITBUCKET_HANDED_OVER: `${key.toString("base64url")} ${name}` };
}

/** What was handed over to this process. Nothing, if the file is missing or not what it has to be. */
export function readHandOver(env: Env): readonly RecordedRead[] {
  const [key, name] = env.BITBUCKET_HANDED_OVER?.split(" ") ?? [];
  const folder = runContext(env)?.folder;
  if (key === undefined || name === undefined || folder === undefined) return [];
  try {
    const content = readFileSync(join(folder, name));
    const nonce = content.subarray(0, lengths.nonce);
    const cipher = createDecipheriv(algorithm, Buffer.from(key, "base64url"), nonce);
    cipher.setAuthTag(content.subarray(-lengths.tag));
    const text = cipher.update(content.subarray(lengths.nonce, -lengths.tag));
    return reads.parse(JSON.parse(Buffer.concat([text, cipher.final()]).toString("utf8")));
  } catch {
    // Then the engine's processes read it themselves.
    return [];
  }
}
