/** The engine that a command runs. */
import { delimiter, join } from "node:path";
import { setVariables } from "../../environment";
import { packageRoot } from "../../errors";
import { type Engine, ensureEngine } from "../../pulumi/binary";

/**
 * Finds an engine, or sets one up, and puts it on PATH for what this command starts.
 *
 * @param report Takes lines that say what is done. Default: standard error.
 * @throws {Error} where there is none and none can be set up.
 */
export async function useEngine(
  report: (line: string) => void = (line) => process.stderr.write(`${line}\n`),
): Promise<Engine> {
  const engine = await ensureEngine({ report });
  // A stack that the native provider manages finds its plugin there, unless Pulumi.yaml names another.
  setVariables({ PATH: [engine.path, join(packageRoot, "plugin")].join(delimiter) });
  return engine;
}
