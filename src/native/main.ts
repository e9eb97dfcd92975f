/** The plugin: one process for each provider of a program. The engine passes its address as an argument. */

import { keepCompiled } from "../process/keepCompiled";
import { exitWhenEngineDies } from "../provider/orphan";
import { Provider } from "./provider";
import { serve } from "./service";

async function main(engine: string | undefined): Promise<void> {
  const provider = new Provider();
  provider.engine = engine;
  exitWhenEngineDies(engine);
  process.once("SIGINT", () => void endInOrder(provider));
  process.once("exit", () => {
    if (provider.existing.size > 0) keepCompiled();
  });
  const { port } = await serve(provider);
  // The engine reads the port from the first line.
  process.stdout.write(`${port}\n`);
}

/** The engine ends it with SIGINT, and so does Ctrl-C: see `printSummaryOnExit`. */
async function endInOrder(provider: Provider): Promise<void> {
  if (provider.isUsed) {
    const { printSummary } = require("../provider/exitSummary") as typeof import("../provider/exitSummary");
    await printSummary(() => provider.session);
  }
  process.exit(0);
}

void main(process.argv[2]);
