/** The plugin: a process for each provider of a program. The engine starts it with its address. */
import { printSummaryOnExit } from "../provider/exitSummary";
import { exitWhenEngineDies } from "../provider/orphan";
import { Provider } from "./provider";
import { serve } from "./service";

async function main(engine: string | undefined): Promise<void> {
  const provider = new Provider();
  provider.engine = engine;
  exitWhenEngineDies(engine);
  printSummaryOnExit(() => provider.session);
  const { port } = await serve(provider);
  // The engine takes the first line for the port.
  process.stdout.write(`${port}\n`);
}

void main(process.argv[2]);
