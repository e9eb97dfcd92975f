/**
 * The request budget that the hourly rate limit leaves. Bitbucket returns no remaining count, so the requests
 * of the last hour are counted here: those of this process, and those of others on this machine, from the
 * ledger. https://support.atlassian.com/bitbucket-cloud/docs/api-request-limits/
 */

import { formatCount } from "../errors/count";
import type { Ledger } from "./ledger";
import { pathTemplate } from "./path";

const hour = 3_600_000;

/** Requests per hour, if nothing else is known. Webhooks have a separate limit. */
const defaultLimit = 1000;

/** The hourly limit that a request counts towards. */
export type Limit = "api" | "webhooks";

interface BudgetOptions {
  readonly now?: () => number;
  readonly ledger?: Ledger | undefined;
  /** Requests per hour of the credential, if its limit differs from the default. */
  readonly limit?: number | undefined;
  /** Default: the whole limit. */
  readonly share?: LimitShare | undefined;
}

/** This run's part of a credential's limit, where others on other machines use the same credential. */
export interface LimitShare {
  /** Which part it is, from 0. */
  readonly index: number;
  /** How many parts there are. */
  readonly count: number;
}

export class Budget {
  readonly #times: Record<Limit, number[]> = { api: [], webhooks: [] };
  readonly #counts = new Map<string, number>();
  readonly #now: () => number;
  readonly #ledger: Ledger | undefined;
  readonly #share: LimitShare;
  /** Of the credential, in all parts. */
  #wholeLimit: number;
  /** Whether the limit is known, and not only assumed. */
  #certain: boolean;
  #near = false;
  #pace = 0;

  constructor({ now = Date.now, ledger, limit, share = { index: 0, count: 1 } }: BudgetOptions = {}) {
    this.#now = now;
    this.#ledger = ledger;
    this.#share = share;
    this.#wholeLimit = limit ?? defaultLimit;
    this.#certain = limit !== undefined;
  }

  /** Counts a request that was sent. */
  recordRequest(method: string, path: string): void {
    const template = pathTemplate(path);
    const resource = limitOf(template);
    this.#times[resource].push(this.#now());
    const name = `${method} ${template}`;
    this.#counts.set(name, (this.#counts.get(name) ?? 0) + 1);
    this.#ledger?.add(resource, method, template);
  }

  /** Reads the response's rate limit headers: only access tokens on scaled limits get them. */
  recordHeaders(headers: Readonly<Record<string, string>>): void {
    const limit = Number(headers["x-ratelimit-limit"]);
    if (Number.isFinite(limit) && limit > 0) {
      this.#wholeLimit = limit;
      this.#certain = true;
    }
    const near = headers["x-ratelimit-nearlimit"];
    if (near !== undefined) this.#near = near.toLowerCase() === "true" || Number(near) > 0;
  }

  /** Requests per hour: this run's share of the credential's limit. */
  get limit(): number {
    return partOf(this.#wholeLimit, this.#share);
  }

  /** Requests per hour of the credential, as set or as the server says, for a budget of further processes. */
  get wholeLimit(): number {
    return this.#wholeLimit;
  }

  /** Returns how many requests are left in this hour, as far as this machine knows. */
  countRemaining(resource: Limit = "api"): number {
    const others = this.#ledger?.others(resource).reduce((sum, { count }) => sum + count, 0) ?? 0;
    return Math.max(0, this.limit - this.#recentUses(resource).length - others);
  }

  /**
   * Spreads requests over time.
   *
   * @param interval Milliseconds to leave between two requests, at least.
   */
  spread(interval: number): void {
    this.#pace = interval;
  }

  /** Milliseconds to leave between two requests: as much as they are spread, until the server says that the limit is near. */
  get minInterval(): number {
    if (!this.#near) return this.#pace;
    return Math.max(this.#pace, Math.min(10_000, hour / Math.max(1, this.limit)));
  }

  /**
   * Milliseconds until a request to this path is within the limit. 0 if the limit is not known for certain.
   */
  waitTime(path: string): number {
    const resource = limitOf(pathTemplate(path));
    if (!this.#certain || this.countRemaining(resource) > 0) return 0;
    const oldest = Math.min(
      this.#recentUses(resource)[0] ?? Number.POSITIVE_INFINITY,
      ...(this.#ledger?.others(resource) ?? []).map(({ at }) => at),
    );
    return Number.isFinite(oldest) ? Math.max(0, oldest + hour - this.#now()) : 0;
  }

  /** Whether less than a fifth of the limit is left. */
  get isNearLimit(): boolean {
    return this.countRemaining() * 5 < this.limit;
  }

  /** The number of requests of this process. */
  get requests(): number {
    return sumOf(this.#counts);
  }

  /**
   * Describes how many requests were made, of which kind and where, and how many are left. Includes requests
   * of other processes of the same run.
   *
   * @param most Lines of collections, at most; 0 for none of them.
   */
  formatSummary(most = Number.POSITIVE_INFINITY): string {
    const counts = this.#ledger?.ofRun() ?? this.#counts;
    const all = sumOf(counts);
    const split = Object.entries(methodsOf(counts)).map(([method, count]) => `${count} ${method}`);
    const sorted = [...counts].sort(([a, m], [b, n]) => n - m || a.localeCompare(b));
    const lines = sorted.slice(0, most).map(([name, count]) => {
      const [method = "", template = ""] = name.split(" ");
      return `  ${String(count).padStart(5)}  ${method.padEnd(6)} ${template}`;
    });
    const rest = sorted.slice(most).reduce((sum, [, count]) => sum + count, 0);
    if (rest > 0 && most > 0) lines.push(`  ${String(rest).padStart(5)}  elsewhere`);
    return [
      `${formatCount(all, "request")} to Bitbucket${all > 0 ? ` (${split.join(", ")})` : ""}; about ${this.countRemaining()} of ${this.limit} an hour are left${this.#share.count > 1 ? ` for this one of ${this.#share.count} parallel steps` : ""}`,
      ...lines,
    ].join("\n");
  }

  /** The times of this process's requests in the last hour, the oldest first. */
  #recentUses(resource: Limit): readonly number[] {
    const since = this.#now() - hour;
    const times = this.#times[resource];
    const first = times.findIndex((time) => time > since);
    if (first > 0) times.splice(0, first);
    else if (first === -1) times.length = 0;
    return times;
  }
}

/** The parts add up to the whole, but no part is nothing: a run that may send nothing would wait for ever. */
function partOf(limit: number, { index, count }: LimitShare): number {
  return Math.max(1, Math.floor(limit / count) + (index < limit % count ? 1 : 0));
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

function methodsOf(counts: ReadonlyMap<string, number>): Record<string, number> {
  const sums: Record<string, number> = {};
  for (const [name, count] of counts) {
    const method = name.split(" ")[0] ?? "";
    sums[method] = (sums[method] ?? 0) + count;
  }
  return sums;
}

/** @param path Relative to the API's base URL, or its template. */
export function limitOf(path: string): Limit {
  return /\/hooks(\/|$)/.test(path) ? "webhooks" : "api";
}
