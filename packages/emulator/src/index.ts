/** An emulated Bitbucket Cloud: its REST API 2.0 over HTTP, on this machine. */
import type { AddressInfo } from "node:net";
import { addControlRoutes, type NewToken, tokenFrom } from "./control";
import { Deliveries, type WebhookDelivery } from "./deliveries";
import { families } from "./families";
import { type Fault, Faults } from "./faults";
import { addGitRoutes } from "./gitHttp";
import { GitStore } from "./gitStore";
import type { Habits } from "./habits";
import { readJournal, StateJournal } from "./journal";
import { RateLimit } from "./rateLimit";
import { type Seed, seeds } from "./seeds";
import { createServer, type RecordedRequest } from "./server";
import { fromJson, renameWorkspace, type State, type Token, toJson } from "./state";
import { addWatchRoutes } from "./watchPage";

export type { NewToken } from "./control";
export type { WebhookDelivery } from "./deliveries";
export type { Fault } from "./faults";
export { type PipelinesProxy, type PipelinesProxyOptions, startPipelinesProxy } from "./pipelinesProxy";
export { exampleTokens } from "./seed";
export type { Seed } from "./seeds";
export type { RecordedRequest } from "./server";
export type { State, Token } from "./state";

export interface EmulatorOptions extends Habits {
  /** Default: any free port. */
  readonly port?: number;
  readonly host?: string;
  /** The file that keeps the state between runs. Default: in memory only. */
  readonly stateFile?: string;
  /** Milliseconds before each response. */
  readonly latency?: number;
  /** Requests per hour for each credential. Default: no limit. */
  readonly requestsPerHour?: number;
  /**
   * The initial state, which `reset` restores. `people` (default): the workspaces acme and globex with users,
   * groups and the tokens `exampleTokens`. `example`: two projects and six repositories in acme too. `empty`:
   * nothing.
   */
  readonly seed?: Seed;
  /** The clock, in milliseconds since 1970. */
  readonly now?: () => number;
  /** Called once for each requested endpoint that is not emulated. */
  readonly log?: (line: string) => void;
}

export interface Emulator {
  /** The base URL of the API. */
  readonly url: string;
  /** The origin for OAuth consumers: their token endpoint is `/site/oauth2/access_token` below it. */
  readonly origin: string;
  /** The whole state. It may be changed, as if by somebody else. */
  readonly state: State;
  /** The API requests so far. */
  readonly requests: RecordedRequest[];
  /** The events that were sent to webhooks on this machine, oldest first. */
  readonly deliveries: WebhookDelivery[];
  /** Resolves once no event is on its way to a webhook. */
  settleDeliveries(): Promise<void>;
  /** Creates a credential, of a repository or project too. Its secret is `secret`. */
  createToken(token: NewToken): Token;
  /**
   * Changes a workspace's slug, as its administrator can in Bitbucket's settings. The old one becomes
   * available.
   */
  renameWorkspace(from: string, to: string): void;
  addFault(fault: Fault): { remove(): void };
  clearFaults(): void;
  snapshot(): string;
  restore(snapshot: string): void;
  /** Restores the initial state. */
  reset(): void;
  close(): Promise<void>;
}

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { stateFile, now = Date.now, log = () => {} } = options;
  const fresh = seeds[options.seed ?? "people"];
  const held = { state: stateFile === undefined ? fresh() : (readJournal(stateFile) ?? fresh()) };
  const state = () => held.state;
  const parts = {
    requests: [] as RecordedRequest[],
    faults: new Faults(),
    git: new GitStore(),
    deliveries: new Deliveries(options.webhookRetryDelay ?? 1000),
  };
  const { requests, faults, git, deliveries } = parts;
  const journal = stateFile === undefined ? undefined : new StateJournal(stateFile, state, git);
  const controls = createControls(held, fresh, parts, journal);
  const emit = deliveries.emit.bind(deliveries);
  const changed = (path: string) => journal?.recordChange(path);
  const shared = { state, git, faults, requests, emit, now, changed, log };
  const limit = new RateLimit(options.requestsPerHour, now);
  const server = createServer({ ...shared, limit, latency: options.latency ?? 0, habits: options }, families);
  addControlRoutes(server, controls);
  addGitRoutes(server, shared);
  addWatchRoutes(server, controls, limit);
  const origin = await listen(server, options);
  return Object.assign(Object.create(null, Object.getOwnPropertyDescriptors(controls)) as typeof controls, {
    url: `${origin}/2.0`,
    origin,
    async close() {
      await deliveries.close();
      await server.close();
      journal?.close();
      git.close();
    },
  });
}

interface EmulatorParts {
  readonly requests: RecordedRequest[];
  readonly faults: Faults;
  readonly git: GitStore;
  readonly deliveries: Deliveries;
}

/** What tests, and the routes for them, do to an emulator. What they change is in the journal at once. */
function createControls(
  held: { state: State },
  fresh: () => State,
  { requests, faults, git, deliveries }: EmulatorParts,
  journal: StateJournal | undefined,
) {
  const journaled = <Result>(change: () => Result): Result => {
    const result = change();
    journal?.copy();
    return result;
  };
  const replace = (state: State): void => {
    journaled(() => Object.assign(held, { state }));
  };
  return {
    get state() {
      return held.state;
    },
    requests,
    deliveries: deliveries.all,
    settleDeliveries: () => deliveries.settle(),
    createToken: (token: NewToken) =>
      journaled(() => {
        const made = tokenFrom(token);
        held.state.tokens.push(made);
        return made;
      }),
    renameWorkspace: (from: string, to: string) => journaled(() => renameWorkspace(held.state, from, to)),
    addFault: (fault: Fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    snapshot() {
      git.keep(held.state);
      return toJson(held.state);
    },
    restore: (snapshot: string) => replace(fromJson(snapshot)),
    reset: () => replace(fresh()),
  };
}

/** @returns the server's origin. */
async function listen(
  server: ReturnType<typeof createServer>,
  { port = 0, host = "127.0.0.1" }: EmulatorOptions,
): Promise<string> {
  await server.listen({ port, host });
  return `http://${host}:${(server.server.address() as AddressInfo).port}`;
}
