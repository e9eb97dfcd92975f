/** The client and the live reader that all resources of one run share: they are in one provider process. */

import { existsSync } from "node:fs";
import { join } from "node:path";
import { type Client, CredentialsError } from "../bitbucket";
import { environment, variable } from "../environment";
import { UserError } from "../errors";
import { projectFolder } from "../kinds/projectFolder";
import { LiveReader } from "../live";
import {
  createTargetMatcher,
  type ExportResult,
  exportState,
  findRunningEngine,
  type RunningEngine,
} from "../pulumi";
import { openOtherShards } from "../pulumi/otherShards";
import { findProgramProblem } from "../pulumi/programFile";
import { runContext } from "../pulumi/runContext";
import { readStackSettings } from "../pulumi/stackSettings";
import { parseUrn } from "../pulumi/urn";
import { isAdoptionForAll } from "./adoptionForAll";
import { Claims } from "./claims";
import { createClientFrom, formatSummary } from "./clientFrom";
import type { ConfigLookup } from "./configLookup";
import { type ClientSettings, findCredentialFor } from "./currentSettings";
import { DeletedObjects } from "./deletedObjects";
import { ErrorsOnce } from "./errorsOnce";
import { DeletionGuard } from "./guard";
import { Lifecycle } from "./lifecycle";
import { readAllowedDeletions, readLimits } from "./limits";
import { listHeldEntries, ReadAhead } from "./readAhead";
import { RunFacts } from "./runFacts";
import { isLimited, openEarlierReads, openSharedReads, readsFew } from "./runReads";
import { RunState } from "./runState";
import { openSharedRun, type SharedRun } from "./sharedRun";
import { refuseVerboseLog } from "./verbose";
import { warn } from "./warn";

/** What a session needs to know of its environment. */
export interface SessionOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Shows a line to the user. */
  readonly say?: (line: string) => void;
  /** Shows a warning to the user. */
  readonly warn?: (line: string) => unknown;
  /** What the engine calls the provider whose resources these are; undefined: any. */
  readonly provider?: () => string | undefined;
  /** The engine's address, `host:port`: processes with the same one belong to one run. */
  readonly address?: (() => string | undefined) | undefined;
  /**
   * What to open a client from, by the stack's configuration as it is now, where the settings given by the engine are from
   * the last apply. Undefined: the configuration is not where they come from. Default: the environment and all of it.
   */
  readonly fromStack?: ((settings: ReadonlyMap<string, string>) => ClientSettings | undefined) | undefined;
  /** A client that is open already. Default: one is opened from the environment and the configuration. */
  readonly client?: Client | undefined;
  /** Waits before another attempt. */
  readonly pause?: ((milliseconds: number) => Promise<unknown>) | undefined;
  readonly errors?: ErrorsOnce | undefined;
  /** The engine that runs this, and its stack's state. Default: looked for among the running processes. */
  readonly run?:
    | {
        readonly engine: () => Promise<RunningEngine | undefined>;
        readonly state: () => Promise<ExportResult>;
      }
    | undefined;
}

/** What all resources of one provider share in one run: the client, what was read, and what they are held to. */
export class Session {
  /** Which objects the resources of this run are. */
  readonly claims: Claims;
  /** What was told of already. */
  readonly errors: ErrorsOnce;
  readonly #facts: RunFacts;
  /** What a refresh found deleted. */
  readonly deleted: DeletedObjects;
  #config: ConfigLookup = () => undefined;
  #client: Client | undefined;
  readonly #pause: SessionOptions["pause"];
  #reader: LiveReader | undefined;
  #lifecycle: Lifecycle | undefined;
  #guard: DeletionGuard | undefined;
  /** False: nothing is read ahead. */
  #readAhead: ReadAhead | false | undefined;
  readonly #env: NodeJS.ProcessEnv;
  readonly #say: (line: string) => void;
  readonly #warn: (line: string) => unknown;
  readonly #provider: () => string | undefined;
  /** The engine that started this process, looked for once. */
  readonly #engine: () => Promise<RunningEngine | undefined>;
  readonly #exportState: () => Promise<ExportResult>;
  /** What a client would be opened from by the stack's configuration as it is now. */
  readonly #current: () => Promise<ClientSettings | undefined>;
  readonly #programProblem = memoize(async () => {
    if (readAllowedDeletions(this.#env) !== undefined) return undefined;
    const engine = await this.#engine();
    if (engine?.folder === undefined || !["up", "preview"].includes(engine.operation?.name ?? ""))
      return undefined;
    const root = projectFolder(engine.folder);
    return existsSync(join(root, "Pulumi.yaml")) ? findProgramProblem(root) : undefined;
  });
  #toldProblem = false;
  /** The state of the stack that this run works on. */
  readonly #state = new RunState(() => this.#exportState());

  constructor({
    env = environment(),
    say = (line) => console.log(line),
    warn: tell = (line) => warn(line),
    provider,
    address,
    client,
    pause,
    run,
    errors = new ErrorsOnce(),
    fromStack = (settings) => ({ env, config: (key) => settings.get(key) }),
  }: SessionOptions = {}) {
    this.errors = errors;
    let shared: SharedRun | undefined;
    this.#facts = new RunFacts(() => {
      shared ??= openSharedRun(address?.(), env);
      return shared;
    });
    this.claims = new Claims(this.#facts);
    this.deleted = new DeletedObjects(this.#facts, {
      isNew: (at) => this.reader.isNew(at),
      say,
      warn: tell,
      isTold: runContext(env) !== undefined,
    });
    this.#client = client;
    this.#pause = pause;
    this.#env = env;
    this.#say = say;
    this.#warn = tell;
    this.#provider = provider ?? (() => undefined);
    this.#engine = run?.engine ?? memoize(() => findRunningEngine());
    this.#exportState =
      run?.state ??
      (async () => {
        const urn = this.#provider();
        const bareStack = urn === undefined ? undefined : parseUrn(urn).stack;
        return exportState({ engine: await this.#engine(), env, bareStack });
      });
    this.#current = memoize(async () => {
      const settings = await readStackSettings({ engine: await this.#engine(), env });
      return settings && fromStack(settings);
    });
  }

  /** Takes the configuration. The host does not wait for more than that, so nothing is done with it yet. */
  configure(lookup: ConfigLookup): void {
    this.#config = lookup;
  }

  /** The client, opened when the first resource needs it. */
  get client(): Client {
    refuseVerboseLog();
    this.#client ??= this.#open({ env: this.#env, config: this.#config });
    return this.#client;
  }

  /**
   * Opens the client before a call whose settings may be those of the last apply: without a credential among them, the
   * stack's configuration is asked.
   */
  async prepare(): Promise<void> {
    try {
      void this.client;
    } catch (error) {
      if (!(error instanceof CredentialsError)) return;
      const current = await this.#current();
      if (current) this.#client ??= this.#open(current);
    }
  }

  #open({ env, config }: ClientSettings): Client {
    const client = createClientFrom(env, config, this.#say, async () => {
      const current = await this.#current();
      return current && findCredentialFor(client.baseUrl, current);
    });
    return client;
  }

  /** The reader, created on first use. */
  get reader(): LiveReader {
    if (!this.#reader) {
      this.#reader = new LiveReader(this.client, {
        missingIsDeleted: variable("BITBUCKET_MISSING_IS_DELETED", this.#env),
        held: async () => this.#state.objects(await this.#createPartMatcher()),
        shared: openSharedReads(this.#env),
        earlier: openEarlierReads(this.client, this.#env),
        readsFew: readsFew(this.#env),
      });
      this.#reader.workspaces.onRename((line) => this.#say(line));
    }
    return this.#reader;
  }

  /** Whether a URN belongs to what this run looks at. */
  async #createPartMatcher(): Promise<(urn: string) => boolean> {
    const targets = isLimited(this.#env) ? (await this.#engine())?.operation?.targets : undefined;
    return targets ? createTargetMatcher(targets) : () => true;
  }

  /** The driver, created on first use. */
  get lifecycle(): Lifecycle {
    this.#lifecycle ??= new Lifecycle(this.client, this.reader, {
      log: (line, severity) => (severity === "warning" ? this.#warn(line) : this.#say(line)),
      delay: this.#pause,
      adoptAll: isAdoptionForAll(this.#env, this.#config),
      claims: this.claims,
      findHolder: openOtherShards(async () => ({ engine: await this.#engine() }), this.#env)?.findHolder,
    });
    return this.#lifecycle;
  }

  /**
   * Reads ahead of a plain engine. The commands of this package tell theirs to ask for as much at once as the client sends,
   * or hand over what they have read.
   */
  get readAhead(): ReadAhead | undefined {
    this.#readAhead ??=
      !runContext(this.#env) &&
      !isLimited(this.#env) &&
      new ReadAhead({
        list: async () => {
          // Not kept for the guards: they count by the state as it is when they first ask.
          const exported = await this.#exportState();
          return "reason" in exported ? undefined : listHeldEntries(exported.state, this.#provider());
        },
        atOnce: () => this.client.concurrency,
        read: ({ kind, id, outputs, inputs = {} }) => this.lifecycle.readAhead(kind, id, outputs, inputs),
      });
    return this.#readAhead || undefined;
  }

  /** The guard over deletions of one run. */
  get guard(): DeletionGuard {
    this.#guard ??= new DeletionGuard({
      operation: async () => (await this.#engine())?.operation,
      // Another provider may have adopted resources of this one meanwhile.
      state: () => (this.#provider() === undefined ? this.#state.read() : this.#exportState()),
      limits: () => readLimits((name) => this.#config(`bitbucket:${name}`)),
      allowed: () => readAllowedDeletions(this.#env),
      provider: this.#provider,
      isLimited: isLimited(this.#env),
      facts: this.#facts,
    });
    return this.#guard;
  }

  /**
   * Refuses a run whose program would declare nothing by a mistake: what the state holds would be shown as deleted.
   *
   * @throws {UserError} once with the reason, and then with a short one.
   */
  async checkProgram(): Promise<void> {
    const problem = await this.#programProblem();
    if (problem === undefined) return;
    const isFirst = !this.#toldProblem;
    this.#toldProblem = true;
    throw new UserError(isFirst ? problem : "Not read: this run was stopped, see the message about it.");
  }

  /** What the run has cost; undefined where nothing was asked, or where a command sums up several processes. */
  summary(): string | undefined {
    if (!this.#client || runContext(this.#env)) return undefined;
    if (this.#client.budget.requests === 0) return undefined;
    return formatSummary(this.#client.budget);
  }

  /** Whether requests are under way. */
  get isBusy(): boolean {
    return (this.#client?.running ?? 0) > 0;
  }

  async close(): Promise<void> {
    await this.#client?.close();
  }
}

/** The session of the dynamic providers: all of a run are in one process, whatever kind they are of. */
export const session = new Session({
  address: () => (process.argv[1]?.includes("dynamic-provider") ? process.argv[2] : undefined),
});

function memoize<Result>(look: () => Promise<Result>): () => Promise<Result> {
  let found: Promise<Result> | undefined;
  return () => {
    found ??= look();
    return found;
  };
}
