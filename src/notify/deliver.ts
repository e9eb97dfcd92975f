/** Sends one request to Slack, Teams or Jira: with time limits, and again where that is safe. Redirects are refused. */
import { setTimeout as wait } from "node:timers/promises";
import { type Dispatcher, errors, type FormData, request } from "undici";
import { createProxyAgent, proxiesOf } from "../bitbucket/proxy";
import type { Env } from "../environment";
import { codeOf, messageOf, UserError } from "../errors";
import { redact } from "../errors/redact";

interface DeliveryRequest {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  readonly url: string;
  /** For messages: `POST /rest/api/3/issue`. The address of a webhook is a secret. */
  readonly shown: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly form?: FormData;
}

export interface DeliveryOptions {
  readonly env?: Env | undefined;
  /** Milliseconds until the response must begin, and end. Default: 15,000. */
  readonly timeout?: number | undefined;
  readonly sleep?: ((milliseconds: number) => Promise<unknown>) | undefined;
}

/** Something was not delivered. The message names the service and the setting, and no secret. */
export class DeliveryError extends UserError {
  constructor(
    message: string,
    readonly status?: number,
  ) {
    super(redact(message));
  }
}

const attempts = 4;
const firstPause = 1000;
/** Milliseconds that a server may ask to wait. */
const longestPause = 30_000;
/** Characters of a service's own words. */
const maxWords = 300;

/** Connects, sends and closes. One for each service: it names itself in errors. */
export class ServiceClient {
  readonly #agent: Dispatcher;
  readonly #sleep: (milliseconds: number) => Promise<unknown>;

  constructor(
    /** `Jira (BITBUCKET_JIRA_URL)` */
    private readonly service: string,
    { env, timeout = 15_000, sleep = wait }: DeliveryOptions = {},
  ) {
    this.#sleep = sleep;
    this.#agent = createProxyAgent(
      { connect: { timeout }, headersTimeout: timeout, bodyTimeout: timeout },
      proxiesOf(env),
    );
  }

  /** @throws {DeliveryError} for every answer that is not 2xx. */
  async send(sent: DeliveryRequest): Promise<unknown> {
    for (let attempt = 1; ; attempt += 1) {
      const outcome = await this.#try(sent);
      if (!("retry" in outcome)) return outcome.body;
      if (outcome.retry === undefined || attempt === attempts) throw outcome.error;
      await this.#sleep(Math.min(longestPause, outcome.retry || firstPause * 2 ** (attempt - 1)));
    }
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  async #try(
    sent: DeliveryRequest,
  ): Promise<
    { readonly body: unknown } | { readonly error: DeliveryError; readonly retry: number | undefined }
  > {
    const { method, url, shown, headers, body, form } = sent;
    try {
      const answer = await request(url, {
        method,
        dispatcher: this.#agent,
        headers: {
          "user-agent": "bitbucket-as-code",
          accept: "application/json",
          ...(body === undefined ? {} : { "content-type": "application/json" }),
          ...headers,
        },
        body: form ?? (body === undefined ? null : JSON.stringify(body)),
      });
      const text = await answer.body.text();
      if (answer.statusCode >= 200 && answer.statusCode < 300) return { body: parse(text) };
      const { statusCode: status } = answer;
      // A POST that was refused has done nothing; after a 5xx from within, that is not known.
      const isSafe = status === 429 || status === 503 || (method !== "POST" && status >= 500);
      return {
        error: new DeliveryError(`${this.service} answered ${status} to ${shown}${wordsIn(text)}`, status),
        retry: isSafe ? pauseOf(answer.headers["retry-after"]) : undefined,
      };
    } catch (cause) {
      if (cause instanceof DeliveryError) throw cause;
      const isUnsent = cause instanceof errors.ConnectTimeoutError || codeOf(cause) === "ECONNREFUSED";
      return {
        error: new DeliveryError(`${this.service} did not answer ${shown}: ${messageOf(cause)}`),
        retry: isUnsent || method !== "POST" ? 0 : undefined,
      };
    }
  }
}

/** Milliseconds; 0: as usual. */
function pauseOf(header: string | string[] | undefined): number {
  const seconds = Number([header].flat()[0]);
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 0;
}

function parse(text: string): unknown {
  try {
    return text === "" ? undefined : JSON.parse(text);
  } catch {
    // Slack answers "ok".
    return text;
  }
}

function wordsIn(text: string): string {
  const words = text.replace(/\s+/g, " ").trim().slice(0, maxWords);
  return words === "" ? "" : `: ${words}`;
}
