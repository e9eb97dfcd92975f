/** The engine that a command runs. */
import { setVariables } from "../../environment";
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
  setVariables({ PATH: engine.path });
  return engine;
}
