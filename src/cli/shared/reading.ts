/** Long readings: one that was interrupted resumes, and one that takes more than the limit is spread over hours. */
import { createHash } from "node:crypto";
import { type Client, ledgerFolder } from "../../bitbucket";
import { locateStack } from "../../desired";
import { environment } from "../../environment";
import { formatCount } from "../../errors/count";
import { ReadJournal, readingFile } from "../../live";
import { paceRequests, type RequestEstimate } from "../../plan";

/** Options of a command that reads much. */
export interface ReadingOptions {
  /** Ignores what an interrupted run has read. */
  readonly fresh?: boolean | undefined;
  /** Hours over which the requests are spread. */
  readonly spread?: number | undefined;
}

interface LongReading extends ReadingOptions {
  readonly command: "preview" | "drift";
  readonly root: string;
  readonly stack: string;
}

/** Milliseconds: what is older is read again. A reading that is spread may take as long as that once more. */
const hour = 3_600_000;

/** Opens the journal of a reading, and says what it resumes from. */
export function openReading(client: Client, reading: LongReading): ReadJournal {
  const { command, fresh, spread = 0 } = reading;
  const maxAge = (1 + 2 * spread) * hour;
  return openJournal(client, journalOf(client, reading), { what: command, fresh, maxAge });
}

interface JournalUse extends Pick<ReadingOptions, "fresh"> {
  /** `import` */
  readonly what: string;
  /** Milliseconds after which an answer expires. Default: a day. */
  readonly maxAge?: number;
}

/** Opens the journal in a file, and says what the command resumes from. */
export function openJournal(client: Client, file: string, { fresh, ...options }: JournalUse): ReadJournal {
  const journal = new ReadJournal(client, file, { say, ...options });
  if (fresh) journal.clear();
  else if (journal.resumedAnswers > 0)
    say(
      `Resuming an interrupted ${options.what}: ${formatCount(journal.resumedAnswers, "response is", "responses are")} cached, the oldest ` +
        `${Math.ceil(journal.age / 60_000)} min old. (--fresh ignores them.)`,
    );
  return journal;
}

/**
 * Says on Ctrl-C that the reading resumes, and ends the process.
 *
 * @param what What is run again.
 * @returns Ends that.
 */
export function resumeAfterStop(journal: ReadJournal, shown: { stop(): void }, what = "run"): () => void {
  const stopped = () => {
    shown.stop();
    say(
      journal.isKept
        ? "Stopped. The responses are cached: run the same command again to resume."
        : `Stopped. The responses are not cached: the next ${what} starts from the beginning.`,
    );
    process.exit(130);
  };
  process.once("SIGINT", stopped);
  return () => void process.off("SIGINT", stopped);
}

/** Paces the requests of a client, and says how long they take. */
export function spreadRequests({ budget }: Client, needed: RequestEstimate, hours: number): void {
  const interval = paceRequests(needed, hours, budget.limit);
  budget.spread(interval);
  say(
    `About ${formatCount(needed.api + needed.webhooks, "request")} in ${hours} h, one in ${(interval / 1_000).toFixed(1)} s. ` +
      "If this is interrupted, run the same command again: it resumes.",
  );
}

/** How old the oldest response is that a run took from an interrupted one, if it took any. */
export function ageOf(journal: ReadJournal | undefined): { readonly oldestReadSeconds?: number } {
  const age = journal?.usedAge ?? 0;
  return age > 0 ? { oldestReadSeconds: Math.ceil(age / 1_000) } : {};
}

function journalOf(client: Client, { command, root, stack }: LongReading): string {
  const ledger = ledgerFolder(client.baseUrl, client.credentials, environment());
  const { stack: base } = locateStack(root, stack);
  const name = createHash("sha256").update(`${command}\n${root}\n${base}`).digest("hex").slice(0, 32);
  return readingFile(ledger, name);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
