/** Limits the requests per hour of each credential. Webhooks have a separate limit. */

const hour = 3_600_000;

export class RateLimit {
  readonly #times = new Map<string, number[]>();

  constructor(
    readonly perHour: number | undefined,
    private readonly now: () => number,
  ) {}

  /** Counts a request. Returns false if it exceeds the limit. */
  take(credential: string, path: string): boolean {
    const key = `${credential} ${resourceOf(path)}`;
    const times = this.#recentRequests(key);
    const allowed = this.perHour === undefined || times.length < this.perHour;
    if (allowed) times.push(this.now());
    return allowed;
  }

  /** The requests of each credential in the last hour. */
  used(): readonly { credential: string; resource: string; used: number }[] {
    return [...this.#times.keys()].flatMap((key) => {
      const used = this.#recentRequests(key).length;
      const resource = key.slice(key.lastIndexOf(" ") + 1);
      return used === 0 ? [] : [{ credential: key.slice(0, -resource.length - 1), resource, used }];
    });
  }

  /** The times of the last hour. */
  #recentRequests(key: string): number[] {
    const since = this.now() - hour;
    const times = this.#times.get(key) ?? [];
    this.#times.set(key, times);
    // Usually the oldest is recent enough.
    const recent = (times[0] ?? since) > since ? 0 : times.findIndex((time) => time > since);
    times.splice(0, recent < 0 ? times.length : recent);
    return times;
  }

  /** The headers for access tokens. */
  headers(credential: string, path: string): Record<string, string> {
    if (this.perHour === undefined) return {};
    const used = this.#times.get(`${credential} ${resourceOf(path)}`)?.length ?? 0;
    return {
      "x-ratelimit-limit": String(this.perHour),
      "x-ratelimit-resource": resourceOf(path),
      "x-ratelimit-nearlimit": String(used > this.perHour * 0.8),
    };
  }
}

function resourceOf(path: string): string {
  if (/\/hooks(\/|$|\?)/.test(path)) return "webhooks";
  // Most of the paths below /repositories are counted separately.
  return /^(\/2\.0)?\/repositories\//.test(path) ? "api" : "api-2.0";
}
