/** Runs one operation of the engine on one Pulumi stack, through Pulumi's Automation API. */
import type { EngineEvent, LocalWorkspace, PulumiCommand } from "@pulumi/pulumi/automation";
import { messageOf } from "../errors";
import { oldestEngine } from "./binary/find";
import { type EngineMessage, type EventListener, EventLog, type ResourceChange } from "./events";
import { describeLock, isLocked } from "./lock";
import { createTargetMatcher } from "./operation";

/** Loaded when it is used: most commands run no operation. */
function automation(): typeof import("@pulumi/pulumi/automation") {
  return require("@pulumi/pulumi/automation");
}

/** The engine that the command has found, whose version it has checked: `PulumiCommand.get` would do so once more. */
export function engineOnPath(): PulumiCommand {
  return Reflect.construct(automation().PulumiCommand, ["pulumi", null]);
}

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
}

export interface OperateOptions extends EventListener {
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  readonly pulumi: PulumiCommand;
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** The engine's concurrent steps. */
  readonly parallel?: number | undefined;
  /**
   * The file of the engine's own update plan: a preview writes it, and an apply refuses every step that is
   * not in it. https://www.pulumi.com/docs/iac/concepts/update-plans/
   */
  readonly plan?: string | undefined;
  /** Limits the operation to these resources: URNs, or patterns of them. What is no target does not count. */
  readonly targets?: readonly string[] | undefined;
}

/**
 * Creates a workspace that keeps the user's selected stack: the Automation API would select each stack that
 * it uses.
 */
export async function createWorkspace({ root, pulumi, env }: OperateOptions): Promise<LocalWorkspace> {
  const workspace = await automation().LocalWorkspace.create({
    workDir: root,
    pulumiCommand: pulumi,
    envVars: { ...env },
  });
  return Object.defineProperties(workspace, {
    selectStack: { value: async () => {} },
    // How events are sent depends on it. The command has checked that its engine is no older.
    pulumiVersion: { value: oldestEngine },
  });
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
  let failure: string | undefined;
  try {
    const stack = await automation().Stack.select(name, await createWorkspace(options));
    const settings = {
      onEvent: (event: EngineEvent) => events.take(event),
      color: "never" as const,
      ...(options.signal ? { signal: options.signal } : {}),
      ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
      ...(targets ? { target: [...targets] } : {}),
      ...(options.plan === undefined || operation === "destroy" ? {} : { plan: options.plan }),
    };
    if (operation === "up") await stack.up(settings);
    else if (operation === "preview") await stack.preview(settings);
    else await stack.destroy(settings);
  } catch (error) {
    const said = messageOf(error);
    failure = isLocked(said) ? describeLock(name, said) : said;
  }
  return {
    stack: name,
    succeeded: failure === undefined,
    changes: events.changes,
    unchanged: events.unchanged,
    messages: events.messagesOf(failure),
    live: events.live,
    seconds: (Date.now() - began) / 1000,
  };
}
