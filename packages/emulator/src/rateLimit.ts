/** Requests an hour for each credential. Webhooks have a limit of their own. */

const hour = 3_600_000;

export class RateLimit {
  readonly #times = new Map<string, number[]>();

  constructor(
    readonly perHour: number | undefined,
    private readonly now: () => number,
  ) {}

  /** Counts a request. False when it is one too many. */
  take(credential: string, path: string): boolean {
    const key = `${credential} ${resourceOf(path)}`;
    const times = this.#recent(key);
    const allowed = this.perHour === undefined || times.length < this.perHour;
    if (allowed) times.push(this.now());
    return allowed;
  }

  /** What each credential has used of its hour. */
  used(): readonly { credential: string; resource: string; used: number }[] {
    return [...this.#times.keys()].flatMap((key) => {
      const used = this.#recent(key).length;
      const resource = key.slice(key.lastIndexOf(" ") + 1);
      return used === 0 ? [] : [{ credential: key.slice(0, -resource.length - 1), resource, used }];
    });
  }

  /** The times of the last hour. */
  #recent(key: string): number[] {
    const since = this.now() - hour;
    const times = this.#times.get(key) ?? [];
    this.#times.set(key, times);
    // Most often the oldest is recent enough.
    const recent = (times[0] ?? since) > since ? 0 : times.findIndex((time) => time > since);
    times.splice(0, recent < 0 ? times.length : recent);
    return times;
  }

  /** The headers that access tokens get. */
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
  // Most of what is below /repositories is counted under a name of its own.
  return /^(\/2\.0)?\/repositories\//.test(path) ? "api" : "api-2.0";
}
