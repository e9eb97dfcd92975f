/**
 * The requests that other processes and earlier runs on this machine have spent of the rate limit. Bitbucket
 * returns no remaining count (https://support.atlassian.com/bitbucket-cloud/docs/api-request-limits/), so
 * each process records its requests by the minute in a file of its own, and reads those of the others.
 */
import { createHash, randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { replaceFile } from "../process/replaceFile";
import type { Credentials } from "./credentials";

const hour = 3_600_000;
const minute = 60_000;

/** Milliseconds until the others' files are read again, and between two writes. */
const fresh = 1_000;

const note = z.object({
  run: z.string(),
  /** Requests by the minute, counted from 1970, for each limited resource. */
  minutes: z.record(z.string(), z.record(z.string(), z.number())),
  /** Requests by `METHOD template`. */
  requests: z.record(z.string(), z.number()),
});
type LedgerFile = z.output<typeof note>;

/** One listener for all ledgers of the process. */
const open = new Set<Ledger>();
process.once("exit", flushLedgers);

/** Writes what this process has recorded so far. */
export function flushLedgers(): void {
  for (const ledger of open) ledger.flush();
}

export class Ledger {
  readonly #own: LedgerFile;
  readonly #file: string;
  #others: readonly LedgerFile[] = [];
  #readAt = Number.NEGATIVE_INFINITY;
  #timer: NodeJS.Timeout | undefined;

  /**
   * @param folder The folder of the files: one for each credential, as each has a limit of its own.
   * @param run The id that all processes of one run share.
   */
  constructor(
    private readonly folder: string,
    run: string,
    private readonly now: () => number = Date.now,
  ) {
    this.#own = { run, minutes: {}, requests: {} };
    this.#file = `${process.pid}-${randomUUID()}.json`;
  }

  /** Records a request. It is written within a second, or when the process ends. */
  add(resource: string, method: string, template: string): void {
    const key = String(Math.floor(this.now() / minute));
    const counts = this.#own.minutes[key] ?? {};
    counts[resource] = (counts[resource] ?? 0) + 1;
    this.#own.minutes[key] = counts;
    const name = `${method} ${template}`;
    this.#own.requests[name] = (this.#own.requests[name] ?? 0) + 1;
    if (this.#timer) return;
    this.#timer = setTimeout(() => this.flush(), fresh).unref();
    open.add(this);
  }

  /**
   * Returns the minutes of the last hour in which others sent requests, as times in milliseconds, with their
   * number.
   */
  others(resource: string): { readonly at: number; readonly count: number }[] {
    const since = this.now() - hour;
    return this.#read().flatMap(({ minutes }) =>
      Object.entries(minutes).flatMap(([key, counts]) => {
        const at = Number(key) * minute;
        const count = counts[resource] ?? 0;
        return at > since && count > 0 ? [{ at, count }] : [];
      }),
    );
  }

  /** Returns the requests of all processes of this run, by `METHOD template`. */
  ofRun(): ReadonlyMap<string, number> {
    const sums = new Map<string, number>();
    const notes = [this.#own, ...this.#read().filter(({ run }) => run === this.#own.run)];
    for (const { requests } of notes) {
      for (const [name, count] of Object.entries(requests)) sums.set(name, (sums.get(name) ?? 0) + count);
    }
    return sums;
  }

  /** Writes the recorded requests. If the folder is not writable, the count is lost, not the run. */
  flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    open.delete(this);
    if (Object.keys(this.#own.minutes).length === 0) return;
    try {
      mkdirSync(this.folder, { recursive: true, mode: 0o700 });
      replaceFile(join(this.folder, this.#file), JSON.stringify(this.#own));
    } catch {
      // As said above.
    }
  }

  #read(): readonly LedgerFile[] {
    if (this.now() - this.#readAt < fresh) return this.#others;
    this.#readAt = this.now();
    try {
      this.#others = readdirSync(this.folder).flatMap((file) => {
        if (file === this.#file) return [];
        const path = join(this.folder, file);
        if (this.now() - statSync(path).mtimeMs > hour + minute) {
          rmSync(path, { force: true });
          return [];
        }
        if (!file.endsWith(".json")) return [];
        const parsed = note.safeParse(JSON.parse(readFileSync(path, "utf8")));
        return parsed.success ? [parsed.data] : [];
      });
    } catch {
      // No folder yet, or a file that was just removed: the earlier data stays valid.
    }
    return this.#others;
  }
}

/**
 * The folder of a credential's ledger, below `$XDG_STATE_HOME/bitbucket-as-code`. Its name reveals nothing
 * about the credential.
 */
export function ledgerFolder(baseUrl: string, credentials: Credentials, env: NodeJS.ProcessEnv): string {
  const who =
    credentials.type === "api-token"
      ? credentials.email
      : credentials.type === "oauth-client"
        ? credentials.clientId
        : credentials.token.reveal();
  const name = createHash("sha256").update(`${baseUrl}\n${credentials.type}\n${who}`).digest("hex");
  const state = env.XDG_STATE_HOME || join(env.HOME || homedir(), ".local", "state");
  return join(state, "bitbucket-as-code", "requests", name.slice(0, 32));
}
