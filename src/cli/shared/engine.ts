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

/** The engine that a command has found, and the PATH that it was put on. */
let inUse: { readonly engine: Engine; readonly path: string } | undefined;

/**
 * Finds an engine or sets one up, and puts it on PATH for the processes of this command, with this package's
 * native provider before any other: `Pulumi.yaml` need not name it.
 *
 * @param report Receives progress lines. Default: standard error.
 * @throws {Error} if there is no engine and none can be set up.
 */
export async function useEngine(
  report: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Promise<Engine> {
  if (inUse && inUse.path === environment().PATH) return inUse.engine;
  const engine = await ensureEngine({ report });
  const hosts = await hostFolders(engine, report);
  const path = [join(packageRoot, "plugin"), ...hosts, engine.path].join(delimiter);
  setVariables({ PATH: path });
  inUse = { engine, path };
  return engine;
}
