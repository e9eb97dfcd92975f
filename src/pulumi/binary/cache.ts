/** The engine's folder between runs, and how it is filled atomically. */
import { randomUUID } from "node:crypto";
import { chmod, copyFile, mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { cacheRoot } from "./cacheRoot";
import { type Engine, engineIn } from "./find";
import { goModules } from "./goBuild";

export interface EngineSetup {
  /** The engine's folder. */
  readonly folder: string;
  readonly version: string;
  readonly env: NodeJS.ProcessEnv;
  readonly report: (line: string) => void;
}

/** Increment it when an engine of the same version is set up differently. */
const revision = 7;

/** The revision since which the engine itself is built as it is now: its program can be used again. */
const engineRevision = 7;

/** The folder for a version: outside every checkout, and shared by all of them. */
export function cacheFolder(env: NodeJS.ProcessEnv, version: string): string {
  return join(cacheRoot(env), `pulumi-${version}-${revision}`);
}

/** Folders of the same version that earlier revisions of this project have set up with the same engine. */
export async function earlierFolders(folder: string): Promise<readonly string[]> {
  const [whole, version] = basename(folder).match(/^(.*)-\d+$/) ?? [];
  if (whole === undefined || version === undefined) return [];
  const names = await readdir(dirname(folder)).catch(() => []);
  return names
    .filter((name) => name !== whole && name.startsWith(`${version}-`))
    .filter((name) => Number(name.slice(version.length + 1)) >= engineRevision)
    .map((name) => join(dirname(folder), name));
}

export async function findCachedEngine(folder: string, env: NodeJS.ProcessEnv): Promise<Engine | undefined> {
  return engineIn(folder, "cache", env);
}

/** Fills a temporary folder and renames it, so that an interrupted set-up leaves nothing incomplete. */
export async function fillAtomically(
  folder: string,
  fill: (temporary: string) => Promise<void>,
): Promise<void> {
  const temporary = `${folder}.${randomUUID()}`;
  await mkdir(temporary, { recursive: true });
  try {
    await fill(temporary);
    await addDynamicProvider(temporary);
    await mkdir(dirname(folder), { recursive: true });
    // Another process may have been faster: one of the two stays.
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** The launcher of dynamic providers looks Pulumi's SDK up from the program's folder. */
async function addDynamicProvider(folder: string): Promise<void> {
  const name = "pulumi-resource-pulumi-nodejs";
  // Windows gets the SDK's own.
  const [source, target] =
    process.platform === "win32"
      ? [dirname(require.resolve("@pulumi/pulumi/package.json")), `${name}.cmd`]
      : [join(goModules, "dynamic-host"), name];
  await copyFile(join(source, target), join(folder, target));
  await chmod(join(folder, target), 0o755);
}
