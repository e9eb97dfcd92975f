/** Stacks in a folder of their own. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type DesiredStack, DesiredStateError, formatDiagnostic, loadStack } from "../../../src/desired";
import type { LoadOptions } from "../../../src/desired/load";

const made: string[] = [];

/** Writes files by path below a new folder, and returns that folder. */
export function folderWith(files: Readonly<Record<string, string | Uint8Array>>): string {
  const folder = mkdtempSync(join(tmpdir(), "desired-"));
  made.push(folder);
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), content);
  }
  return folder;
}

export function removeFolders(): void {
  for (const folder of made.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** Loads one file with this text as stacks/acme.yaml. */
export function load(text: string | Uint8Array, options?: LoadOptions): Promise<DesiredStack> {
  return loadStack(join(folderWith({ "stacks/acme.yaml": text }), "stacks/acme.yaml"), options);
}

/** The problems that the loader reports, one line each. */
export async function problems(loading: Promise<unknown>): Promise<string[]> {
  try {
    await loading;
  } catch (error) {
    if (error instanceof DesiredStateError) return error.diagnostics.map(formatDiagnostic);
    throw error;
  }
  return [];
}

/** An object's args by kind and name. */
export function argsOf(
  stack: DesiredStack,
  kind: string,
  name: string,
): Readonly<Record<string, unknown>> | undefined {
  return stack.resources.find((resource) => resource.kind.name === kind && resource.name === name)?.args;
}

/** The names of all objects of a kind. */
export function namesOf(stack: DesiredStack, kind: string): string[] {
  return stack.resources.filter((resource) => resource.kind.name === kind).map((resource) => resource.name);
}
