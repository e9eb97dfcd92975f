/** Runs one operation of the engine on one Pulumi stack. */
import { join } from "node:path";
import { environment } from "../environment";
import { failureText, type ProgramResult } from "../process/run";
import { runPulumi } from "./command";
import { EventFile } from "./eventFile";
import { type EngineMessage, type EventListener, EventLog, type ResourceChange } from "./events";
import { tellsOfHost } from "./hostWords";
import { describeLock, isLocked } from "./lock";
import { createTargetMatcher } from "./operation";
import type { ProviderProcesses } from "./providerProcess";
import { explainStateFiles } from "./stackErrors";

export type StackOperation = "up" | "preview" | "destroy";

export interface ShardOutcome {
  /** The name of the Pulumi stack. */
  readonly stack: string;
  readonly succeeded: boolean;
  readonly changes: readonly ResourceChange[];
  readonly unchanged: number;
  readonly messages: readonly EngineMessage[];
  readonly seconds: number;
  /** For each resource in the state, by `Repository api`, a digest of its live id and inputs. */
  readonly live: Readonly<Record<string, string>>;
  /** Whether the engine found operations of an earlier run whose outcome it does not know. */
  readonly foundInterrupted?: boolean;
  /** Whether another run held the stack's lock: nothing of it was changed. */
  readonly isLocked?: boolean;
  /** Whether a plan kept it from beginning: nothing of it was changed. */
  readonly isRefused?: boolean;
}

export interface OperateOptions extends EventListener {
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  /** The run's folder, which only this user can read. */
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  /** Ends it after the steps in progress. */
  readonly signal?: AbortSignal | undefined;
  /** Ends it at once. */
  readonly now?: AbortSignal | undefined;
  /** The engine's concurrent steps. */
  readonly parallel?: number | undefined;
  /**
   * The file of the engine's own update plan: a preview writes it, and an apply refuses every step that is
   * not in it. https://www.pulumi.com/docs/iac/concepts/update-plans/
   */
  readonly plan?: string | undefined;
  /** Limits the operation to these resources: URNs, or patterns of them. What is no target does not count. */
  readonly targets?: readonly string[] | undefined;
  /** The native provider's processes, to which the engine attaches. Left out: it starts them itself. */
  readonly providers?: ProviderProcesses | undefined;
}

/** Runs one operation to its end. Returns a failure as an outcome instead of throwing. */
export async function runOperation(
  name: string,
  operation: StackOperation,
  options: OperateOptions,
): Promise<ShardOutcome> {
  const began = Date.now();
  const { targets } = options;
  const events = new EventLog({
    ...options,
    ...(targets ? { isCounted: createTargetMatcher(targets) } : {}),
  });
  const file = new EventFile(join(options.folder, `${name}.events`), (event) => events.take(event));
  const provider = options.providers?.take();
  let result: ProgramResult;
  try {
    const attached = await provider?.attach(options.env, (line) => events.addMessage("info", line));
    result = await runPulumi(argumentsFor(name, operation, options, file.path), {
      cwd: options.root,
      env: {
        ...environment(),
        PULUMI_DEBUG_COMMANDS: "true",
        PULUMI_AUTOMATION_API: "true",
        ...options.env,
        ...attached,
      },
      // On Windows, Ctrl-C reaches the engine itself, and what Node sends would end it at once.
      ...(process.platform === "win32" ? {} : { signal: options.signal, again: options.now }),
      onStart: provider && ((pid) => provider.setEngine(pid)),
      // As Ctrl-C does: it finishes what it has begun, and sent again, ends at once.
      signalName: "SIGINT",
    });
  } finally {
    file.close();
    await provider?.end();
  }
  const failure = describeFailure(name, operation, result, options);
  return {
    stack: name,
    succeeded: failure === undefined,
    changes: events.changes,
    unchanged: events.unchanged,
    messages: events.messagesOf(failure?.text),
    live: events.live,
    ...(events.foundInterrupted ? { foundInterrupted: true } : {}),
    ...(failure?.isLocked ? { isLocked: true } : {}),
    seconds: (Date.now() - began) / 1000,
  };
}

function argumentsFor(
  name: string,
  operation: StackOperation,
  { parallel, targets, plan }: OperateOptions,
  events: string,
): string[] {
  const planFlag = operation === "preview" ? "--save-plan" : "--plan";
  return [
    operation,
    ...(operation === "preview" ? [] : ["--yes", "--skip-preview"]),
    ...(targets ?? []).flatMap((target) => ["--target", target]),
    ...(parallel === undefined ? [] : ["--parallel", String(parallel)]),
    ...(plan === undefined || operation === "destroy" ? [] : [planFlag, plan]),
    // What the engine's commands call one of another program.
    ...["--exec-kind", "auto.local"],
    ...["--event-log", events],
    ...["--stack", name],
  ];
}

/** Undefined if it succeeded. */
function describeFailure(
  name: string,
  operation: StackOperation,
  result: ProgramResult,
  { root, env }: OperateOptions,
): { readonly text: string; readonly isLocked: boolean } | undefined {
  if (result.exitCode === 0) return undefined;
  const said = [result.stderr, result.stdout]
    .map((text) =>
      text
        .split("\n")
        .filter((line) => !tellsOfHost(line))
        .join("\n")
        .trim(),
    )
    .filter(Boolean)
    .join("\n");
  if (isLocked(said)) return { text: describeLock(name, said), isLocked: true };
  const explained = explainStateFiles(said, { stack: name, root, env: { ...environment(), ...env } });
  return { text: explained ?? `pulumi ${operation} failed: ${said || failureText(result)}`, isLocked: false };
}
