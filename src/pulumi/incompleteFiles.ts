/**
 * The engine keeps a file of attributes beside each file of a backend in a folder, and files of locks. A process that is killed,
 * or that meets a full disk, may leave one incomplete: then the engine reads neither the state, which is whole, nor the list of
 * stacks, and says no more than "EOF".
 * https://github.com/google/go-cloud/blob/master/blob/fileblob/attrs.go
 */
import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { tryRead } from "../errors";
import { findBackendFolder } from "./fileBackend";

/** Files that are named, at most. */
const fewFiles = 5;

/**
 * Whether the engine has read a file that ends too early: a killed run has left it so, or another one is just writing it. A
 * folder does not keep those who read from those who write.
 */
export function isCutOff(said: string): boolean {
  return /\bEOF\b|unexpected end of JSON input/.test(said);
}

/**
 * Says which of these files a run has left incomplete; undefined for other messages, and other backends.
 *
 * @param said The engine's message.
 * @param root The folder of Pulumi.yaml.
 * @param env The engine's.
 */
export function explainIncompleteFiles(
  said: string,
  root: string,
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (!isCutOff(said)) return undefined;
  const folder = findBackendFolder(root, env);
  const files = folder === undefined ? [] : listIncomplete(join(folder, ".pulumi"));
  if (files.length === 0) return undefined;
  const names = files.slice(0, fewFiles).map((file) => `  rm '${file.replaceAll("'", `'\\''`)}'`);
  return (
    "A run that was killed, or that met a full disk, has left a file incomplete that the engine reads before the state. It holds " +
    "attributes or a lock alone, and the engine does without it: the state is a file of its own, which must stay. Once no other " +
    `run is under way, delete it, and run this again:\n${names.join("\n")}`
  );
}

function listIncomplete(folder: string): string[] {
  const files = tryRead(() => readdirSync(folder, { withFileTypes: true, recursive: true })) ?? [];
  const locks = join(folder, "locks") + sep;
  return files
    .filter((file) => file.isFile())
    .map((file) => join(file.parentPath, file.name))
    .filter((file) => file.endsWith(".attrs") || file.startsWith(locks))
    .filter(isIncomplete)
    .sort();
}

/** What cannot be read is not known to be. */
function isIncomplete(file: string): boolean {
  const text = tryRead(() => readFileSync(file, "utf8"));
  return text !== undefined && tryRead(() => JSON.parse(text) as unknown) === undefined;
}
