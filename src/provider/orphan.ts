/**
 * Ends what belongs to an engine when that is gone. An engine that is killed leaves its provider's process and its
 * language host behind: the one would stay for ever, and an error that it cannot print any more would keep it busy for
 * ever; the other looks for its engine every five minutes. Both have the credential in their environment.
 */
import { connect } from "node:net";
import { isRunning, kill, listOwnProcesses } from "../process/ownProcesses";
import { listAncestors, procEntry } from "../process/proc";

/** Milliseconds between two looks for the engine. */
const interval = 2_000;

/** So often in a row the engine does not listen any more before it counts as gone: one that ends in order says so first. */
const refusals = 2;

/** What an engine starts, and gives its address as an argument. */
const companions =
  /pulumi-language-\w+|pulumi-resource-pulumi-nodejs|pulumi-resource-bitbucket-cloud|dynamic-provider|[/\\]cmd[/\\]run/;

/** Whether the engine is looked after in this process already: the package may be there twice. */
const watched = Symbol.for("bitbucket-as-code.orphan");

/** @param engine The engine's address, `host:port`, which the provider's process gets as its argument. */
export function exitWhenEngineDies(engine: string | undefined, end: () => void = () => leave(engine)): void {
  // An engine that has closed its end is about to end this process, or is gone: then the other processes end as well.
  const cannotPrint = () => checkEngine(engine, { gone: end, there: () => process.exit(1) });
  for (const stream of [process.stdout, process.stderr])
    stream.once("error", cannotPrint).on("error", () => {});
  watchEngine(engine, end);
}

/** Ends this process when the engine is gone, and only then: what started it may be gone before. */
export function exitWhenEngineEnds(engine: string | undefined): void {
  watchEngine(engine, () => leave(engine));
}

/**
 * Looks after the engine from the program's process: a provider's process that was never called has nothing of ours.
 *
 * @param engine Default: what the language host gives the program as an argument.
 */
export function exitWhenProgramEngineDies(engine: string | undefined = engineIn(process.argv)): void {
  const marks = globalThis as { [watched]?: boolean };
  if (engine === undefined || marks[watched]) return;
  marks[watched] = true;
  watchEngine(engine, () => leave(engine));
  const engineProcess = listAncestors(procEntry, process.pid).find(({ command }) =>
    command.includes(engine),
  )?.parent;
  // A call that fails because the engine is gone ends the program sooner than the next look comes.
  process.once("exit", () => {
    if (engineProcess !== undefined && !isRunning(engineProcess)) endCompanions(engine);
  });
}

/** What the language host gives the program: `--engine 127.0.0.1:1234`. */
function engineIn(args: readonly string[]): string | undefined {
  const at = args.indexOf("--engine");
  return at >= 0 ? args[at + 1] : args.find((arg) => arg.startsWith("--engine="))?.slice("--engine=".length);
}

function watchEngine(engine: string | undefined, end: () => void): void {
  let refused = 0;
  const timer = setInterval(() => {
    checkEngine(engine, {
      there: () => {
        refused = 0;
      },
      gone: () => {
        refused += 1;
        if (refused >= refusals) end();
      },
    });
  }, interval);
  timer.unref();
}

/** Whether the engine listens. If unknown, for example without free sockets, it counts as running. */
function checkEngine(engine: string | undefined, found: { there(): void; gone(): void }): void {
  const [, host, port] = engine?.match(/^(.*):(\d+)$/) ?? [];
  if (!host || !port) return;
  const socket = connect({ host, port: Number(port) }, () => {
    socket.destroy();
    found.there();
  });
  socket.on("error", (error: NodeJS.ErrnoException) => {
    if (error.code === "ECONNREFUSED") found.gone();
    else found.there();
  });
  socket.unref();
}

function leave(engine: string | undefined): void {
  if (engine !== undefined) endCompanions(engine);
  process.exit(1);
}

/** Ends what else an engine has started: what has its address as an argument. */
export function endCompanions(engine: string): void {
  for (const { pid, command } of listOwnProcesses())
    if (pid !== process.pid && command.some(isAddressOf(engine)) && companions.test(command.join(" ")))
      kill(pid);
}

function isAddressOf(engine: string): (arg: string) => boolean {
  return (arg) => arg === engine || arg === `--engine=${engine}`;
}
