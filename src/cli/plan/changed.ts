/** `--changed`: only what a change of the YAML touches. */
import { randomUUID } from "node:crypto";
import { environment } from "../../environment";
import { previewChanged, type RunOutcome } from "../../run";
import { withClient } from "../shared/connect";
import { useEngine } from "../shared/engine";
import { loadFormer } from "../shared/former";
import { startProgress } from "../shared/progress";
import { findProject, readConfig, UsageError } from "../shared/project";
import { formatRequests } from "./outcome";
import { type ShowOptions, showOutcome } from "./showOutcome";

export interface ChangedCommandOptions extends ShowOptions {
  readonly changed?: boolean;
  readonly since?: string;
}

/** What cannot be had together with `--changed`. */
const contradictions = ["engine", "out", "only", "plan"] as const;

/** @throws {UsageError} if the options contradict each other. */
export function checkChangedOptions(
  options: ChangedCommandOptions & Readonly<Record<string, unknown>>,
): void {
  if (options.since !== undefined && !options.changed)
    throw new UsageError("--since says what --changed compares with: write both.");
  const other = options.changed ? contradictions.find((name) => options[name] !== undefined) : undefined;
  if (other !== undefined)
    throw new UsageError(
      `--changed looks at a part of the stack, and --${other} needs all of it: leave one out.`,
    );
}

/** Previews what the YAML changes, and prints it. */
export async function showChanged(stack: string, options: ChangedCommandOptions): Promise<RunOutcome> {
  const { root } = findProject();
  await useEngine();
  const id = randomUUID();
  const former = options.since === undefined ? undefined : await loadFormer(root, stack, options.since);
  return withClient({ config: readConfig(root, stack), quiet: true, run: id }, async ({ client, notes }) => {
    const shown = startProgress("resources", () => client.budget.remaining());
    try {
      const outcome = await previewChanged({
        id,
        root,
        stack,
        former,
        looking: { client, settings: (name) => readConfig(root, name), notes },
        listener: { read: () => shown.read(), done: () => shown.done() },
      });
      shown.stop();
      showOutcome(outcome, formatRequests(id, client, environment()), options);
      return outcome;
    } finally {
      shown.stop();
    }
  });
}
