/**
 * The plugin: one process for each provider of a program. The engine passes its address as an argument. A command that
 * starts an engine starts one process before it, for all of its providers.
 */
import { createInterface } from "node:readline";
import { setVariables } from "../environment/process";
import { keepCompiled } from "../process/keepCompiled";
import { setOwnEngine } from "../process/proc";
import { exitWhenEngineDies, exitWhenEngineEnds } from "../provider/orphan";
import { AttachedProviders, attachArgument } from "./attached";
import { Provider } from "./provider";
import { callsOf, serve } from "./service";

async function startForEngine(engine: string | undefined): Promise<void> {
  const provider = new Provider({ say: (line) => tellEngine(line, engine) });
  provider.engine = engine;
  exitWhenEngineDies(engine);
  prepareEnd(() => [provider]);
  const handlers = callsOf(provider);
  const { port } = await serve(() => handlers);
  // The engine reads the port from the first line.
  process.stdout.write(`${port}\n`);
}

/** Of plugins, an engine shows only what they tell it: what they print is among its debug messages. */
async function tellEngine(line: string, engine: string | undefined): Promise<void> {
  const { inform } = require("../wire/tell") as typeof import("../wire/tell");
  await inform(line, { engine });
}

/** The command reads the port, and tells on standard input what it starts the engine with: see `ProviderProcess`. */
async function startForCommand(): Promise<void> {
  let setEngineKnown = () => {};
  const engineKnown = new Promise<void>((done) => {
    setEngineKnown = done;
  });
  const attached = new AttachedProviders(engineKnown, exitWhenEngineEnds);
  prepareEnd(() => attached.configured);
  // The command may have ended, while its engine still runs.
  for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});
  createInterface({ input: process.stdin })
    .on("line", (line) => {
      const { parseCommandLine } = require("./commandLine") as typeof import("./commandLine");
      const { env, engine } = parseCommandLine(line);
      if (env) {
        setVariables(env);
        // While the engine starts.
        setImmediate(() => require("./calls"));
      }
      if (engine !== undefined) {
        setOwnEngine(engine);
        setEngineKnown();
      }
    })
    .on("close", () => {
      if (attached.configured.length === 0) process.exit(0);
      setEngineKnown();
    });
  const { port } = await serve(attached.find);
  process.stdout.write(`${port}\n`);
}

/** The engine ends a plugin with SIGINT, and so does Ctrl-C: see `printSummaryOnExit`. */
function prepareEnd(used: () => readonly Provider[]): void {
  process.once("SIGINT", () => void endInOrder(used().filter(({ isUsed }) => isUsed)));
  process.once("exit", () => {
    if (used().some(({ existing }) => existing.size > 0)) keepCompiled();
  });
}

async function endInOrder(used: readonly Provider[]): Promise<void> {
  for (const { session, say } of used) {
    const { printSummary } = require("../provider/exitSummary") as typeof import("../provider/exitSummary");
    await printSummary(() => session, say);
  }
  process.exit(0);
}

void (process.argv[2] === attachArgument ? startForCommand() : startForEngine(process.argv[2]));
