/**
 * The end of a program that uses the classes: what the state holds and the program did not declare would be deleted from
 * here on. Before the engine is told that the program has ended, the limits and the protection are looked at, in previews
 * and in applies, without a line in the user's program.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Client } from "./bitbucket";
import { environment, readOnlyEnvironment } from "./environment";
import { errorText, UserError } from "./errors";
import { kinds } from "./kinds";
import type { Values } from "./kinds/kind";
import { LiveReader } from "./live";
import { typePrefix, typeToken } from "./model/typeToken";
import { complete } from "./model/values";
import {
  allowedDeletions,
  differsInNameOnly,
  limitsFrom,
  readState,
  type StateReading,
  type StateResource,
  SuspectedRenameError,
  unreadableText,
  withoutVanished,
} from "./plan";
import { checkDestruction, ProtectedError } from "./provider/limits";
import { clientFrom } from "./provider/session";
import { runningEngine } from "./pulumi";
import { parseUrn } from "./pulumi/urn";

type Monitor = NonNullable<ReturnType<typeof pulumi.runtime.getMonitor>>;
type Request = Parameters<Monitor["registerResource"]>[0];

/** See `saidWhy` in program.ts. */
const saidWhy = 32;

/** A resource as the engine has answered to its registration. */
interface Registered {
  readonly type: string;
  readonly urn: string;
  /** Empty where it is not known yet: a preview makes nothing. */
  readonly id: string;
  /** Of what holds a history. */
  readonly inputs: Values;
}

let reading: Promise<StateReading> | undefined;

/** The state of the program's stack, read once, beside all that the program does. */
export function programState(): Promise<StateReading> {
  reading ??= readState(pulumi.getStack());
  return reading;
}

class ProgramWatch {
  readonly registered: Registered[] = [];
  /** Components in other processes register what this one does not see. */
  sawRemote = false;
  readonly #state: Promise<StateReading>;

  constructor(isAlone: boolean) {
    this.#state = isAlone ? programState() : readState(pulumi.getStack());
  }

  /** @returns What to say, as a warning; nothing where all is well. */
  async check(): Promise<string | undefined> {
    const reading = await this.#state;
    if (this.sawRemote) return undefined;
    if ("reason" in reading) {
      // In an apply the provider is asked before each deletion, and refuses where the state cannot be read.
      if (!pulumi.runtime.isDryRun()) return undefined;
      return unreadableText(reading.reason, pulumi.getStack(), "An apply would delete nothing.");
    }
    const operation = (await runningEngine(undefined, process.pid, pulumi.getStack()))?.operation;
    if (operation !== undefined && (operation.isPartial || !["up", "preview"].includes(operation.name)))
      return undefined;
    const state = reading.resources.filter(({ condemned, leftAlone }) => !condemned && !leftAlone);
    const { gone, fresh } = this.#compare(state);
    if (gone.length === 0) return undefined;
    const { gone: left } = this.#compare(await this.#settled(state));
    if (left.length === 0) return undefined;
    return this.#refuse(left, fresh, state.length - (gone.length - left.length));
  }

  /** What the state holds and is still there, as far as that counts. */
  async #settled(state: readonly StateResource[]): Promise<readonly StateResource[]> {
    const check = (resources: readonly StateResource[]) => {
      const { gone, fresh } = this.#compare(resources);
      if (gone.length > 0) this.#refuse(gone, fresh, resources.length);
    };
    const client = readingClient();
    if (!client) return state;
    const going = new Set(this.#compare(state).gone);
    try {
      return await withoutVanished(state, new LiveReader(client), (one) => going.has(one), check);
    } finally {
      await client.close();
    }
  }

  /**
   * @returns What to say, as a warning.
   * @throws {Error} where the run must not go on.
   */
  #refuse(gone: readonly StateResource[], fresh: readonly Registered[], managed: number): string | undefined {
    const hints = renameHints(gone, fresh);
    const reasons = gone.flatMap(
      ({ kind, outputs, protect, name }) =>
        kind.refuseDelete?.(complete(kind, outputs)) ??
        (protect
          ? `The ${kind.title} ${name} is protected by the program ("protect: true"). If it shall go, take that out, run "pulumi up", and then remove it.`
          : []),
    );
    if (reasons.length > 0) throw new ProtectedError([...hints, ...reasons], outcome());
    const config = new pulumi.Config("bitbucket");
    const allowed = allowedDeletions(environment());
    const destroyed = gone.map(({ kind, name }) => `delete ${kind.title} ${name}`);
    checkDestruction(
      { destroyed, managed, kept: managed - gone.length, outcome: outcome() },
      limitsFrom((name) => config.get(name)),
      allowed,
    );
    if (hints.length === 0 || gone.length <= (allowed ?? 0)) return undefined;
    if (pulumi.runtime.isDryRun()) return hints.join("\n");
    throw new SuspectedRenameError(hints, outcome());
  }

  #compare(state: readonly StateResource[]): { gone: StateResource[]; fresh: Registered[] } {
    const urns = new Set(this.registered.map(({ urn }) => urn));
    const held = new Set(state.map(({ urn }) => urn));
    const others = this.registered.filter(({ urn }) => !held.has(urn));
    // What goes on under another name has kept its id.
    const ids = new Set(others.map(({ type, id }) => `${type} ${id}`));
    const left = state.filter(({ urn }) => !urns.has(urn));
    const goesOn = ({ kind, id }: StateResource) => ids.has(`${typeToken(kind)} ${id}`);
    const known = new Set(left.filter(goesOn).map(({ kind, id }) => `${typeToken(kind)} ${id}`));
    return {
      gone: left.filter((resource) => !goesOn(resource)),
      fresh: others.filter(({ type, id }) => !known.has(`${type} ${id}`)),
    };
  }
}

function outcome(): string {
  return pulumi.runtime.isDryRun() ? "Nothing was changed." : "Nothing was deleted.";
}

/** One of a kind with a history that vanished, and one that appeared and is the same but for its name. */
function renameHints(gone: readonly StateResource[], fresh: readonly Registered[]): string[] {
  return gone.flatMap((former) => {
    const { kind, outputs, name } = former;
    if (!kind.provides) return [];
    const type = typeToken(kind);
    const candidates = fresh.filter((one) => one.type === type);
    const rivals = gone.filter((other) => other.kind === kind);
    const [now] = candidates;
    if (!now || candidates.length > 1 || rivals.length > 1) return [];
    if (!differsInNameOnly(kind, outputs, now.inputs)) return [];
    const renamed = parseUrn(now.urn).name;
    return [
      `The ${kind.title} ${renamed} appeared, and ${name} vanished, which was the same but for its name. If it was renamed, ` +
        `give it the option { aliases: [{ name: "${name}" }] }: then it keeps its UUID and all that it holds. If it is ` +
        "another one, run it again with BITBUCKET_ALLOW_DELETIONS=<n>, the number of deletions.",
    ];
  });
}

/** A client that writes nothing; undefined where the program itself has no credential. It makes no request by itself. */
function readingClient(): Client | undefined {
  const bitbucket = new pulumi.Config("bitbucket");
  try {
    return clientFrom(readOnlyEnvironment(), (key) => bitbucket.get(key.replace(/^bitbucket:/, "")));
  } catch {
    return undefined;
  }
}

const mark = Symbol.for("bitbucket-as-code.programWatch");

/** One watch for each connection to an engine, whatever copy of this package has made it. */
function watchOf(monitor: Monitor): ProgramWatch | undefined {
  return (monitor as { [mark]?: ProgramWatch })[mark];
}

let isChecked = false;

/** The program compares the whole of it by itself, before it registers anything. */
export function checksItself(): void {
  isChecked = true;
}

/**
 * Watches what the program registers, from now on. Without an engine, it does nothing.
 *
 * A program that Pulumi's language host runs ends with its process; one in the Automation API says that it has ended.
 */
export function watchProgram(): void {
  if (!isProgram() && !hasOwnStore()) return;
  const monitor = pulumi.runtime.getMonitor();
  if (!monitor || watchOf(monitor)) return;
  const watch = new ProgramWatch(isProgram());
  Object.assign(monitor, { [mark]: watch });
  listen(monitor, watch);
  if (isProgram()) endWithProcess(watch);
  else endWithSignal(monitor, watch);
}

/** Whether the language host runs this process as a program. */
function isProgram(): boolean {
  return /[\\/]pulumi[\\/]cmd[\\/]run([\\/]|$)/.test(process.argv[1] ?? "");
}

/** Whether this is called in a program of the Automation API. */
function hasOwnStore(): boolean {
  return !environment().PULUMI_NODEJS_MONITOR && pulumi.runtime.hasMonitor() && !isTest();
}

/** Tests of programs have mocks in the engine's place. */
function isTest(): boolean {
  return pulumi.runtime.getMonitor()?.constructor.name === "MockMonitor";
}

/** The types of what holds others, and a history: only of these it is asked whether they were renamed. */
const withHistory = new Set(kinds.flatMap((kind) => (kind.provides ? [typeToken(kind)] : [])));

function listen(monitor: Monitor, watch: ProgramWatch): void {
  const register = monitor.registerResource as (...rest: unknown[]) => unknown;
  Object.assign(monitor, {
    registerResource(request: Request, ...rest: unknown[]): unknown {
      if (request.getRemote()) watch.sawRemote = true;
      if (!request.getType().startsWith(typePrefix)) return register.call(monitor, request, ...rest);
      const inputs = withHistory.has(request.getType())
        ? ((request.getObject()?.toJavaScript() ?? {}) as Values)
        : {};
      const answered = rest.map((one) =>
        typeof one === "function"
          ? (
              error: unknown,
              response: { getUrn(): string; getId(): string } | undefined,
              ...more: unknown[]
            ) => {
              if (response)
                watch.registered.push({
                  type: request.getType(),
                  urn: response.getUrn(),
                  id: response.getId(),
                  inputs,
                });
              return one(error, response, ...more);
            }
          : one,
      );
      return register.call(monitor, request, ...answered);
    },
  });
}

/** The SDK tells the engine of the end once nothing is left to be done, and this comes before it. */
function endWithProcess(watch: ProgramWatch): void {
  process.once("beforeExit", (code) => {
    // Of a program that failed it is not known what it would have declared, and the engine deletes nothing.
    if (code !== 0 || isChecked || pulumi.log.hasErrors()) return;
    void judge(watch).then((problem) => {
      if (problem !== undefined) process.exit(saidWhy);
    });
  });
}

function endWithSignal(monitor: Monitor, watch: ProgramWatch): void {
  const signal = monitor.signalAndWaitForShutdown as (...rest: unknown[]) => unknown;
  Object.assign(monitor, {
    signalAndWaitForShutdown(...given: unknown[]): unknown {
      const done = given.find((one): one is (error: unknown) => void => typeof one === "function");
      void judge(watch).then((problem) => {
        if (problem === undefined) signal.call(monitor, ...given);
        else done?.(new UserError(problem));
      });
      return undefined;
    },
  });
}

/** Says what there is to say, and gives why the run must not go on. */
async function judge(watch: ProgramWatch): Promise<string | undefined> {
  try {
    const warning = await watch.check();
    if (warning !== undefined) await pulumi.log.warn(warning);
    return undefined;
  } catch (error) {
    const text = errorText(error);
    await pulumi.log.error(text);
    return text;
  }
}
