/** The engine of a command. */
import { delimiter, join } from "node:path";
import { setVariables } from "../../environment";
import { packageRoot } from "../../errors";
import { type Engine, ensureEngine } from "../../pulumi/binary";

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
  const engine = await ensureEngine({ report });
  setVariables({ PATH: [join(packageRoot, "plugin"), engine.path].join(delimiter) });
  return engine;
}
