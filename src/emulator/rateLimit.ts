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
    if (this.perHour === undefined) return true;
    const key = `${credential} ${resourceOf(path)}`;
    const since = this.now() - hour;
    const times = this.#times.get(key) ?? [];
    this.#times.set(key, times);
    const recent = times.findIndex((time) => time > since);
    times.splice(0, recent < 0 ? times.length : recent);
    const allowed = times.length < this.perHour;
    if (allowed) times.push(this.now());
    return allowed;
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
  return /\/hooks(\/|$|\?)/.test(path) ? "webhooks" : "api-2.0";
}
