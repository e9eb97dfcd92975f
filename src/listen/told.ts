/** What chats were told of each repository and project: the same is not told at every event. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { tryRead } from "../errors";
import { replaceFile } from "../process/replaceFile";

const toldSchema = z.record(z.string(), z.record(z.string(), z.record(z.string(), z.string())));

/** Something to tell, by its id, with a digest of what it says. */
type Tellable = ReadonlyMap<string, string>;

export class ToldDrift {
  readonly #told: z.output<typeof toldSchema>;

  /** @param file If it cannot be read, everything is told again. */
  constructor(private readonly file: string) {
    this.#told = tryRead(() => toldSchema.parse(JSON.parse(readFileSync(file, "utf8")))) ?? {};
  }

  /** The ids that a channel was not told yet, or differently. */
  newIn(channel: string, subject: string, found: Tellable): ReadonlySet<string> {
    const before = this.#told[channel]?.[subject] ?? {};
    return new Set([...found].flatMap(([id, digest]) => (before[id] === digest ? [] : [id])));
  }

  /** @param isWhole Whether what is not found is gone. */
  note(channel: string, subject: string, found: Tellable, isWhole: boolean): void {
    const subjects = this.#told[channel] ?? {};
    this.#told[channel] = subjects;
    subjects[subject] = { ...(isWhole ? {} : subjects[subject]), ...Object.fromEntries(found) };
    if (Object.keys(subjects[subject]).length === 0) delete subjects[subject];
    replaceFile(this.file, JSON.stringify(this.#told));
  }
}
