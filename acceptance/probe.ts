/** A question to the service, asked by requests, whose answer contains no value. */
import { type ApiRequest, apiPath, type Client } from "../src/bitbucket";
import { isAnswer } from "./client";
import type { Exchange } from "./observe";
import { isName } from "./outcome";
import type { RepositoryOptions, Scratch } from "./scratch";

export const probeVerdicts = ["yes", "no", "other", "not-allowed", "not-possible"] as const;

export interface Evidence {
  readonly request: string;
  /** 0 without a response. */
  readonly status: number;
  /** Names of relevant headers. */
  readonly headers?: readonly string[] | undefined;
  /** Names of relevant fields: of the body, or the refused ones. */
  readonly fields?: readonly string[] | undefined;
}

export interface Answer {
  readonly verdict: (typeof probeVerdicts)[number];
  readonly evidence: readonly Evidence[];
  /** Details beyond yes or no. A fixed text, never something that was read. */
  readonly note?: string | undefined;
}

export interface Probe {
  /** Words with dashes. It is stable, so that results of years can be compared. */
  readonly id: string;
  /** Answered with yes, no or other. */
  readonly question: string;
  run(ask: Asking): Promise<Answer>;
}

/** The context of a probe. */
export class Asking {
  readonly #repositories = new Map<string, string>();

  constructor(
    readonly scratch: Scratch,
    /** The exchanges so far, the latest last. */
    private readonly exchanges: readonly Exchange[],
    /** A client that only reads, with the credential as a bearer token. */
    readonly asBearer: () => Client,
  ) {}

  /** Sends a request and returns its last response, whatever the status. */
  async send(request: ApiRequest, client: Client = this.scratch.client): Promise<Exchange> {
    try {
      await client.send(request);
    } catch (error) {
      if (!isAnswer(error)) throw error;
    }
    const last = this.exchanges.at(-1);
    if (!last) throw new Error("no answer was seen");
    return last;
  }

  get(path: string, query?: Readonly<Record<string, string>>): Promise<Exchange> {
    return this.send({ method: "GET", path, ...(query === undefined ? {} : { query }) });
  }

  post(path: string, body: unknown): Promise<Exchange> {
    return this.send({ method: "POST", path, body });
  }

  put(path: string, body: unknown): Promise<Exchange> {
    return this.send({ method: "PUT", path, body });
  }

  delete(path: string): Promise<Exchange> {
    return this.send({ method: "DELETE", path });
  }

  /** The path of a repository with these options, which probes share unless one needs it fresh. */
  async repository(options: RepositoryOptions & { fresh?: boolean } = { pipelines: true }): Promise<string> {
    const { fresh = false, ...sort } = options;
    const name = JSON.stringify(sort);
    const known = fresh ? undefined : this.#repositories.get(name);
    if (known !== undefined) return known;
    const path = this.scratch.pathOf(await this.scratch.repository(sort));
    if (!fresh) this.#repositories.set(name, path);
    return path;
  }

  get workspacePath(): string {
    return apiPath`/workspaces/${this.scratch.workspace}`;
  }

  /** All exchanges of this run so far. */
  get seen(): readonly Exchange[] {
    return this.exchanges;
  }
}

/** Evidence of one response, with the named headers and fields that it has. */
export function evidence(
  exchange: Exchange,
  { headers = [], fields = [] }: { headers?: readonly string[]; fields?: readonly string[] } = {},
): Evidence {
  const refusedFor =
    exchange.status >= 400 ? Object.keys(objectIn(objectIn(objectIn(exchange.body).error).fields)) : [];
  const shown = [
    ...fields.filter((path) => fieldOf(exchange.body, path) !== undefined),
    ...refusedFor.filter(isName),
  ];
  const named = headers.filter((name) => exchange.headers[name] !== undefined);
  return {
    request: `${exchange.method} ${exchange.template}`,
    status: exchange.status,
    ...(named.length > 0 ? { headers: named } : {}),
    ...(shown.length > 0 ? { fields: shown } : {}),
  };
}

/** A yes or no, unless the credential, its user or the plan lacks a permission, which is the verdict then. */
export function answer(
  holds: boolean,
  exchanges: readonly Exchange[],
  more: { headers?: readonly string[]; fields?: readonly string[]; note?: string } = {},
): Answer {
  const shown = exchanges.map((exchange) => evidence(exchange, more));
  const refused = exchanges.some(({ status }) => status === 401 || status === 402);
  const mechanism = exchanges.some(
    ({ status, body }) =>
      status === 403 && /authentication mechanism|privilege scopes/i.test(JSON.stringify(body ?? "")),
  );
  if (refused || mechanism) return { verdict: "not-allowed", evidence: shown };
  return {
    verdict: holds ? "yes" : "no",
    evidence: shown,
    ...(more.note === undefined ? {} : { note: more.note }),
  };
}

/** The value at a dotted path. */
export function fieldOf(body: unknown, path: string): unknown {
  return path.split(".").reduce<unknown>((value, name) => objectIn(value)[name], body);
}

export function textOf(body: unknown, path: string): string {
  return String(fieldOf(body, path) ?? "");
}

export function isOk({ status }: Exchange): boolean {
  return status >= 200 && status < 300;
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
