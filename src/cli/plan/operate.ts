/** Runs one of Pulumi's operations on a stack, with a progress line, until it ends or is stopped. */
import { randomUUID } from "node:crypto";
import { setMaxListeners } from "node:events";
import { type Client, ledgerFolder } from "../../bitbucket";
import { environment } from "../../environment";
import { forgetReadings } from "../../live";
import { createLiveLookup, formatBudgetWarning } from "../../plan";
import { refuseVerboseLog } from "../../provider/verbose";
import { type RunOptions, type RunOutcome, runShards, type StackOperation } from "../../run";
import { tellAccount } from "../shared/account";
import { withClient } from "../shared/connect";
import { startUsingEngine, useEngine } from "../shared/engine";
import { type Progress, startProgress } from "../shared/progress";
import { findProject, findRunnableProject, readConfig } from "../shared/project";
import { ageOf, openReading, type ReadingOptions } from "../shared/reading";
import { repositoryFilesOnce } from "../shared/repositoryFiles";
import { formatRequests } from "./outcome";
import { type ShowOptions, showOutcome } from "./showOutcome";

export interface StackCommandOptions extends ShowOptions, ReadingOptions {
  readonly parallel?: number;
  readonly skipCheckpoints?: boolean;
  readonly checkpoints?: boolean;
  readonly adopt?: boolean;
  /** Runs the engine also where nothing changes. */
  readonly engine?: boolean;
  /** Looks only at what the YAML changes. */
  readonly changed?: boolean;
}

interface OperateExtras {
  readonly run?: Partial<RunOptions>;
  /** Prints the outcome only if it failed. */
  readonly quiet?: boolean;
  /** Whether it resumes an interrupted preview. */
  readonly resumes?: boolean;
}

export async function operate(
  operation: StackOperation,
  stack: string,
  options: StackCommandOptions,
  { run = {}, quiet = false, resumes = false }: OperateExtras = {},
): Promise<RunOutcome> {
  refuseVerboseLog();
  const { root } = operation === "destroy" ? findProject() : findRunnableProject();
  // A preview may do without it.
  if (operation !== "preview" || options.engine) startUsingEngine();
  const config = readConfig(root, stack);
  const id = randomUUID();
  const connection = { config, quiet: true, run: id, readsFew: options.changed === true };
  return withClient(connection, async ({ client, reader, notes }) => {
    const journal = resumes
      ? openReading(client, { command: "preview", root, stack, fresh: options.fresh })
      : undefined;
    if (operation !== "preview")
      forgetReadings(ledgerFolder(client.baseUrl, client.credentials, environment()));
    const shown = startProgress("resources", () => client.budget.countRemaining());
    const signals = stopOnSignals();
    try {
      const ran = await runShards({
        id,
        root,
        stack,
        operation,
        engine: useEngine,
        repositoryFiles: repositoryFilesOnce(root, stack, { client, reader }),
        ...chosenFor(operation, options),
        live: createLiveLookup(reader),
        looking: { client, settings: (name: string) => readConfig(root, name), notes, journal },
        signal: signals.stop,
        now: signals.now,
        ...run,
        listener: {
          ...listenerOf(shown, client),
          begin: (workspace) => tellAccount(client, workspace, options),
        },
      });
      shown.stop();
      // What was not started resumes from it.
      if (ran.skipped.length === 0) journal?.clear();
      const outcome = { ...ran, ...ageOf(journal) };
      if (!quiet || !ran.succeeded) {
        const requests = formatRequests(ran.run, client, environment(), options.verbose);
        showOutcome(outcome, { requests, client }, options);
      }
      if (signals.stop.aborted && operation !== "preview" && !ran.succeeded)
        process.stderr.write("Stopped before the end. The same command continues from here.\n");
      return outcome;
    } finally {
      shown.stop();
      signals.ignore();
    }
  });
}

/** What the options of a command say of the run. */
function chosenFor(
  operation: StackOperation,
  options: StackCommandOptions,
): Pick<RunOptions, "changed" | "parallel" | "skipCheckpoints" | "env" | "usesEngine"> {
  return {
    changed: operation === "up" && options.changed,
    parallel: options.parallel,
    skipCheckpoints: options.checkpoints ? false : options.skipCheckpoints,
    ...(options.adopt ? { env: { BITBUCKET_ADOPT: "1" } } : {}),
    usesEngine: options.engine,
  };
}

function listenerOf(shown: Progress, client: Client): NonNullable<RunOptions["listener"]> {
  return {
    needs: (requests) => {
      const costly = formatBudgetWarning(requests, client.budget);
      if (costly !== undefined) process.stderr.write(`${costly}\n`);
    },
    expect: (resources) => shown.expect(resources),
    done: () => shown.done(),
    read: () => shown.read(),
    running: (shards) => shown.doing(shards.join(", ")),
    say: (line) => process.stderr.write(`${line}\n`),
  };
}

/** Milliseconds in which a repeated signal is the same one: npx hands on what the terminal sends as well. */
const sameSignal = 1_000;

/**
 * Ctrl-C, what ends the process, and a terminal that closes, end a run after the steps in progress; Ctrl-C again, at once.
 * The engines are apart from the terminal, and hear of it from here alone.
 */
function stopOnSignals() {
  const [stop, now] = [new AbortController(), new AbortController()];
  // Each shard listens.
  for (const { signal } of [stop, now]) setMaxListeners(0, signal);
  let first = 0;
  const end = (name: NodeJS.Signals) => {
    if (!stop.signal.aborted) {
      first = Date.now();
      stop.abort();
      process.stderr.write(
        "Stopping after the operations in progress. To stop at once, press Ctrl-C again.\n",
      );
    } else if (name !== "SIGHUP" && Date.now() - first > sameSignal && !now.signal.aborted) {
      now.abort();
      process.stderr.write(
        "Stopping at once. The next run finds out what became of the operations in progress.\n",
      );
    }
  };
  const names = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
  for (const name of names) process.on(name, end);
  return {
    stop: stop.signal,
    now: now.signal,
    ignore() {
      for (const name of names) process.off(name, end);
    },
  };
}
