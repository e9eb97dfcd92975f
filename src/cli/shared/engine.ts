/** The engine of a command. */
import { delimiter, join } from "node:path";
import { environment, setVariables } from "../../environment";
import { packageRoot } from "../../errors";
import { projectFolder } from "../../kinds/projectFolder";
import { type Engine, ensureEngine } from "../../pulumi/binary";
import { ensureHost } from "../../pulumi/binary/host";
import { runtimeOf } from "../../pulumi/project";

/**
 * The folder of the language host that the project in this folder needs and the engine may lack.
 *
 * @throws {Error} if there is none and none can be built.
 */
async function hostFolders(engine: Engine, report: (line: string) => void): Promise<string[]> {
  if (runtimeOf(projectFolder()) !== "yaml") return [];
  return [await ensureHost("yaml", { env: { ...environment(), PATH: engine.path }, report })];
}

/** The engine of this process, and the PATH with which it was looked for, or has been found. */
let inUse: { readonly engine: Promise<Engine>; path: string | undefined } | undefined;

/**
 * Finds an engine or sets one up, and puts it on PATH for the processes of this command, with this package's
 * native provider before any other: `Pulumi.yaml` does not have to name it. Several calls find it once.
 *
 * @param report Receives progress lines. Default: standard error.
 * @throws {Error} if there is no engine and none can be set up.
 */
export function useEngine(
  report: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Promise<Engine> {
  const path = environment().PATH;
  if (inUse === undefined || inUse.path !== path) inUse = { path, engine: find(report) };
  return inUse.engine;
}

/** Finds the engine while the command does something else: whoever needs it waits for it, and gets the error. */
export function startUsingEngine(): void {
  useEngine().catch(() => {});
}

async function find(report: (line: string) => void): Promise<Engine> {
  const engine = await ensureEngine({ report });
  const hosts = await hostFolders(engine, report);
  const path = [join(packageRoot, "plugin"), ...hosts, engine.path].join(delimiter);
  setVariables({ PATH: path });
  if (inUse) inUse.path = path;
  return engine;
}
