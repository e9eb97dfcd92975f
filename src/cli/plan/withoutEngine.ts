/** Previews without the engine. `--changed`: only what a change of the YAML touches. `--spread`: everything, over hours. */
import { randomUUID } from "node:crypto";
import type { DesiredStack } from "../../desired";
import { environment } from "../../environment";
import { previewWithoutEngine, type RunOutcome } from "../../run";
import { tellAccount } from "../shared/account";
import { withClient } from "../shared/connect";
import { useEngine } from "../shared/engine";
import { loadFormer } from "../shared/former";
import { startProgress } from "../shared/progress";
import { findProject, readConfig, UsageError } from "../shared/project";
import { ageOf, openReading, type ReadingOptions, resumeAfterStop, spreadRequests } from "../shared/reading";
import { repositoryFilesOnce } from "../shared/repositoryFiles";
import { formatRequests } from "./outcome";
import { type ShowOptions, showOutcome } from "./showOutcome";

export interface ChangedCommandOptions extends ShowOptions, ReadingOptions {
  readonly changed?: boolean;
  readonly since?: string;
}

/** What cannot be had together with `--changed`. */
const contradictions = ["engine", "out", "only", "plan", "spread", "fresh"] as const;

/** What needs the engine, or a preview of its time. */
const needEngine = ["engine", "out", "only", "parallel"] as const;

/** @throws {UsageError} if the options contradict each other. */
export function checkChangedOptions(
  options: ChangedCommandOptions & Readonly<Record<string, unknown>>,
): void {
  if (options.since !== undefined && !options.changed)
    throw new UsageError("--since says what --changed compares with: write both.");
  const engine =
    options.spread === undefined ? undefined : needEngine.find((name) => options[name] !== undefined);
  if (engine !== undefined)
    throw new UsageError(
      `--spread looks without the engine, over hours, and --${engine} needs it: leave one out.`,
    );
  const other = options.changed ? contradictions.find((name) => options[name] !== undefined) : undefined;
  if (other !== undefined)
    throw new UsageError(
      `--changed looks at a part of the stack, and --${other} needs all of it: leave one out.`,
    );
}

/** Previews without the engine what the YAML changes, or everything, and prints it. */
export async function showWithoutEngine(stack: string, options: ChangedCommandOptions): Promise<RunOutcome> {
  const { root } = findProject();
  const id = randomUUID();
  return withClient({ config: readConfig(root, stack), quiet: true, run: id }, async (connection) => {
    const { client, notes } = connection;
    const { spread, fresh, since } = options;
    const repositoryFiles = repositoryFilesOnce(root, stack, connection);
    const journal =
      spread === undefined
        ? undefined
        : openReading(client, { command: "preview", root, stack, fresh, spread });
    const shown = startProgress("resources", () => client.budget.countRemaining());
    const stop = journal ? resumeAfterStop(journal, shown) : undefined;
    try {
      const looked = await previewWithoutEngine({
        engine: useEngine,
        id,
        root,
        stack,
        loadFormer:
          since === undefined
            ? undefined
            : (now: DesiredStack) => loadFormer(root, stack, since, { now, repositoryFiles }),
        repositoryFiles,
        everything: spread !== undefined,
        looking: { client, settings: (name) => readConfig(root, name), notes, journal },
        listener: {
          begin: (workspace) => tellAccount(client, workspace, options),
          read: () => shown.read(),
          done: () => shown.done(),
          needs: (requests) => {
            if (spread !== undefined) spreadRequests(client, requests, spread);
          },
        },
      });
      shown.stop();
      // What ended it may be over in the next run.
      if (looked.succeeded) journal?.clear();
      const outcome = { ...looked, ...ageOf(journal) };
      showOutcome(outcome, { requests: formatRequests(id, client, environment()), client }, options);
      return outcome;
    } finally {
      stop?.();
      shown.stop();
    }
  });
}
