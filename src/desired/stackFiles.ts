/** Finds the files of stacks in their folder. */
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { toStackName } from "../model/stackName";
import { suggestWord } from "../model/suggest";
import { DesiredStateError, type Diagnostic } from "./diagnostics";

const extensions = [".yaml", ".yml"];

/** A stack that has neither file nor folder. */
export class NoStackFileError extends DesiredStateError {}

/**
 * Returns the file or folder of a Pulumi stack: `stacks/<stack>.yaml`, `stacks/<stack>.yml` or
 * `stacks/<stack>/`.
 *
 * @param root The folder that holds `stacks/`.
 * @param stackName Pulumi's name; of `organization/project/stack`, the last part counts.
 * @throws {NoStackFileError} if there is none.
 * @throws {DesiredStateError} if there is more than one.
 */
export function findStackFile(root: string, stackName: string): string {
  const folder = join(root, "stacks");
  const name = toStackName(stackName);
  const there = stacksIn(folder);
  const found = there.filter((stack) => stack.name === name);
  const [first, second] = found;
  if (first && !second) return join(folder, first.entry);
  if (first && second) {
    throw blameFile(
      "stacks",
      `both ${first.entry} and ${second.entry} exist for the stack "${name}". Keep one`,
    );
  }
  const names = [...new Set(there.map((stack) => stack.name))];
  throw new NoStackFileError(
    problem(
      "stacks",
      `there is no file for the stack "${name}". Create stacks/${name || "<stack>"}.yaml` +
        (names.length > 0
          ? `, or select one of these stacks: ${names.join(", ")}`
          : ". If this project is your own Pulumi program, use pulumi instead, for example: pulumi preview"),
      suggestWord(name, names),
    ),
  );
}

/** The location of a Pulumi stack's YAML, and the part of it that the stack holds. */
export interface StackLocation {
  /** The file or folder. */
  readonly path: string;
  /** The stack without its shard: `acme`. */
  readonly stack: string;
  /** The shard, "PLAT" for `acme.PLAT`; empty for the stack itself. */
  readonly shard: string;
}

/**
 * Returns the file of a Pulumi stack that may be a shard of another: `acme.PLAT` is a part of
 * `stacks/acme.yaml`.
 *
 * @throws {DesiredStateError} if there is none, or more than one.
 */
export function locateStack(root: string, stackName: string): StackLocation {
  const whole = toStackName(stackName);
  const names = new Set(stacksIn(join(root, "stacks")).map(({ name }) => name));
  const parts = whole.split(".");
  for (let length = parts.length; length > 0; length -= 1) {
    const stack = parts.slice(0, length).join(".");
    if (names.has(stack))
      return { path: findStackFile(root, stack), stack, shard: parts.slice(length).join(".") };
  }
  return { path: findStackFile(root, whole), stack: whole, shard: "" };
}

/** The names of the stacks that have YAML. */
export function listStackNames(root: string): readonly string[] {
  return [...new Set(stacksIn(join(root, "stacks")).map(({ name }) => name))];
}

function stacksIn(folder: string): { name: string; entry: string }[] {
  let entries: string[];
  try {
    entries = readdirSync(folder).sort();
  } catch {
    return [];
  }
  return entries.flatMap((entry) => {
    const path = join(folder, entry);
    if (statSync(path, { throwIfNoEntry: false })?.isDirectory()) {
      return yamlFilesIn(path).length > 0 ? [{ name: entry, entry }] : [];
    }
    const extension = extensionOf(entry);
    return extension ? [{ name: entry.slice(0, -extension.length), entry }] : [];
  });
}

/** The extension of a YAML file, in any case: `Acme.YAML` would be missed without a word otherwise. */
export function extensionOf(name: string): string | undefined {
  return extensions.find((end) => name.toLowerCase().endsWith(end));
}

export function yamlFilesIn(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory() && extensionOf(entry.name) !== undefined)
    .map((entry) => join(folder, entry.name))
    .sort();
}

export function blameFile(file: string, message: string): DesiredStateError {
  return new DesiredStateError(problem(file, message));
}

function problem(file: string, message: string, suggestion?: string): Diagnostic[] {
  return [{ severity: "error", file, line: 0, column: 0, path: "", message, suggestion }];
}
