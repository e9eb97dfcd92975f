/** A Bitbucket Cloud to run against: its REST API 2.0 over HTTP, on this machine. */
import { readFileSync } from "node:fs";
import { rename, writeFile } from "node:fs/promises";
import type { AddressInfo } from "node:net";
import { accountKeyRoutes } from "./accountKeys";
import { branchingRoutes } from "./branching";
import { controlRoutes } from "./control";
import { deployKeyRoutes } from "./deployKeys";
import { environmentRoutes } from "./environments";
import { type Fault, Faults } from "./faults";
import { peopleRoutes } from "./people";
import { pipelineRoutes } from "./pipelines";
import { projectRoutes } from "./projects";
import { RateLimit } from "./rateLimit";
import { repositoryRoutes } from "./repositories";
import { exampleState } from "./seed";
import { createServer, type RecordedRequest } from "./server";
import { sourceRoutes } from "./source";
import { fromJson, type State, toJson } from "./state";
import { variableRoutes } from "./variables";
import { webhookRoutes } from "./webhooks";
import { workspaceRoutes } from "./workspaces";

export type { Fault } from "./faults";
export { exampleTokens } from "./seed";
export type { RecordedRequest } from "./server";
export type { State } from "./state";

export interface EmulatorOptions {
  /** Default: any free one. */
  readonly port?: number;
  readonly host?: string;
  /** Where the state is kept between runs. Left out: in memory only. */
  readonly stateFile?: string;
  /** Milliseconds before each answer. */
  readonly latency?: number;
  /** Requests an hour for each credential. Left out: no limit. */
  readonly requestsPerHour?: number;
  readonly now?: () => number;
  readonly log?: (line: string) => void;
}

export interface Emulator {
  /** The base URL of the API. */
  readonly url: string;
  /** Everything it holds. It may be changed, as if by somebody else. */
  readonly state: State;
  readonly requests: RecordedRequest[];
  addFault(fault: Fault): { remove(): void };
  clearFaults(): void;
  snapshot(): string;
  restore(snapshot: string): void;
  /** Back to the example. */
  reset(): void;
  close(): Promise<void>;
}

const families = [
  workspaceRoutes,
  projectRoutes,
  repositoryRoutes,
  webhookRoutes,
  deployKeyRoutes,
  environmentRoutes,
  variableRoutes,
  pipelineRoutes,
  branchingRoutes,
  peopleRoutes,
  sourceRoutes,
  accountKeyRoutes,
];

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const { stateFile, host = "127.0.0.1", now = Date.now, log = () => {} } = options;
  let state = stateFile === undefined ? exampleState() : loaded(stateFile);
  const requests: RecordedRequest[] = [];
  const faults = new Faults();
  const saver = stateFile === undefined ? undefined : new Saver(stateFile, () => toJson(state));

  const emulator = {
    get state() {
      return state;
    },
    requests,
    addFault: (fault: Fault) => faults.add(fault),
    clearFaults: () => faults.clear(),
    snapshot: () => toJson(state),
    restore(snapshot: string) {
      state = fromJson(snapshot);
      saver?.changed();
    },
    reset() {
      state = exampleState();
      saver?.changed();
    },
  };
  const server = createServer(
    {
      state: () => state,
      faults,
      limit: new RateLimit(options.requestsPerHour, now),
      latency: options.latency ?? 0,
      requests,
      now,
      changed: () => saver?.changed(),
      log,
    },
    families,
  );
  controlRoutes(server, emulator);
  await server.listen({ port: options.port ?? 0, host });
  const { port } = server.server.address() as AddressInfo;
  return Object.assign(Object.create(null, Object.getOwnPropertyDescriptors(emulator)) as typeof emulator, {
    url: `http://${host}:${port}/2.0`,
    async close() {
      await server.close();
      await saver?.finish();
    },
  });
}

function loaded(file: string): State {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return exampleState();
  }
  return fromJson(text);
}

/** Writes the state after changes, whole or not at all. */
class Saver {
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(
    private readonly file: string,
    private readonly text: () => string,
  ) {}

  changed(): void {
    this.#timer ??= setTimeout(() => this.#write(), 200);
  }

  async finish(): Promise<void> {
    if (this.#timer) {
      clearTimeout(this.#timer);
      this.#write();
    }
    await this.#writing;
  }

  #write(): void {
    this.#timer = undefined;
    this.#writing = this.#writing.then(async () => {
      await writeFile(`${this.file}.new`, this.text());
      await rename(`${this.file}.new`, this.file);
    });
  }
}
