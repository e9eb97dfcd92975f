/**
 * What the hour's limit leaves. Bitbucket sends no count of what remains, so that our own requests of the last hour
 * are counted. https://support.atlassian.com/bitbucket-cloud/docs/api-request-limits/
 */
import { pathTemplate } from "./path";

const hour = 3_600_000;

/** Requests an hour, where nothing else is known. Webhooks have a limit of their own. */
const usualLimit = 1000;

type Resource = "api" | "webhooks";

export class Budget {
  readonly #times: Record<Resource, number[]> = { api: [], webhooks: [] };
  readonly #counts = new Map<string, Map<string, number>>();
  #limit = usualLimit;
  #near = false;

  constructor(private readonly now: () => number = Date.now) {}

  /** Counts a request that was sent. */
  sent(method: string, path: string): void {
    const template = pathTemplate(path);
    this.#times[resourceOf(template)].push(this.now());
    const methods = this.#counts.get(template) ?? new Map<string, number>();
    methods.set(method, (methods.get(method) ?? 0) + 1);
    this.#counts.set(template, methods);
  }

  /** Takes what the answer's headers say: only access tokens on scaled limits get them. */
  seen(headers: Readonly<Record<string, string>>): void {
    const limit = Number(headers["x-ratelimit-limit"]);
    if (Number.isFinite(limit) && limit > 0) this.#limit = limit;
    const near = headers["x-ratelimit-nearlimit"];
    if (near !== undefined) this.#near = near.toLowerCase() === "true" || Number(near) > 0;
  }

  /** Requests an hour. */
  get limit(): number {
    return this.#limit;
  }

  /** How many requests are left in this hour, counting our own alone. */
  remaining(resource: Resource = "api"): number {
    const since = this.now() - hour;
    const times = this.#times[resource];
    const first = times.findIndex((time) => time > since);
    if (first > 0) times.splice(0, first);
    else if (first === -1) times.length = 0;
    return Math.max(0, this.#limit - times.length);
  }

  /** Milliseconds to leave between two requests: none until the server says that the limit is near. */
  get gap(): number {
    if (!this.#near) return 0;
    return Math.min(10_000, hour / Math.max(1, this.#limit));
  }

  /** The number of requests of each method. */
  byMethod(): Readonly<Record<string, number>> {
    const sums: Record<string, number> = {};
    for (const methods of this.#counts.values()) {
      for (const [method, count] of methods) sums[method] = (sums[method] ?? 0) + count;
    }
    return sums;
  }

  /** How many requests were made, of which kind and where, and how many are left. */
  summary(): string {
    const methods = this.byMethod();
    const all = Object.values(methods).reduce((sum, count) => sum + count, 0);
    const split = Object.entries(methods).map(([method, count]) => `${count} ${method}`);
    const lines = [...this.#counts]
      .flatMap(([template, counts]) => [...counts].map(([method, count]) => ({ method, template, count })))
      .sort((a, b) => b.count - a.count || a.template.localeCompare(b.template))
      .map(
        ({ method, template, count }) => `  ${String(count).padStart(5)}  ${method.padEnd(6)} ${template}`,
      );
    return [
      `${all} requests to Bitbucket${all > 0 ? ` (${split.join(", ")})` : ""}; about ${this.remaining()} of ${this.#limit} an hour are left`,
      ...lines,
    ].join("\n");
  }
}

function resourceOf(template: string): Resource {
  return /\/hooks(\/|$)/.test(template) ? "webhooks" : "api";
}
