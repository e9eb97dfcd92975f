/** The plugin: one process for each provider of a program. The engine passes its address as an argument. */
import { printSummaryOnExit } from "../provider/exitSummary";
import { exitWhenEngineDies } from "../provider/orphan";
import { keepCompiled } from "./keepCompiled";
import { Provider } from "./provider";
import { serve } from "./service";

async function main(engine: string | undefined): Promise<void> {
  const provider = new Provider();
  provider.engine = engine;
  exitWhenEngineDies(engine);
  printSummaryOnExit(() => provider.session);
  process.once("exit", () => {
    if (provider.existing.size > 0) keepCompiled();
  });
  const { port } = await serve(provider);
  // The engine reads the port from the first line.
  process.stdout.write(`${port}\n`);
}

void main(process.argv[2]);
