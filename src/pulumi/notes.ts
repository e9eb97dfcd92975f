/**
 * What the program and the provider tell the command that runs them, beside the lines that people read: notes in the
 * run's folder, a file of JSON Lines for each process. Without such a command, nothing is noted.
 */
import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { environment } from "../environment";
import { runContext } from "./runContext";

const noteSchema = z.discriminatedUnion("note", [
  /** An object that existed was adopted, where the engine counts a creation. */
  z.object({
    note: z.literal("adopted"),
    kind: z.string(),
    id: z.string(),
    /** Where it lives. */
    at: z.record(z.string(), z.unknown()),
  }),
  /** A preview found an object that an apply would adopt. */
  z.object({ note: z.literal("toBeAdopted"), stack: z.string(), kind: z.string(), name: z.string() }),
  /** A message, by its text, that a later one makes superfluous. */
  z.object({ note: z.literal("superseded"), text: z.string() }),
]);

export type RunNote = z.output<typeof noteSchema>;

/** Notes something for the command that runs this. It holds no secret: the folder is read by no other user. */
export function noteForRun(note: RunNote): void {
  try {
    const folder = runContext(environment())?.folder;
    if (folder === undefined) return;
    appendFileSync(join(folder, `notes-${process.pid}.jsonl`), `${JSON.stringify(note)}\n`, { mode: 0o600 });
  } catch {
    // The command shows an adoption as a creation then: no reason to end a write half-way.
  }
}

/** All notes of a run so far. */
export function readNotes(folder: string): RunNote[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith("notes-"))
    .flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"))
    .filter((line) => line !== "")
    .map((line) => noteSchema.parse(JSON.parse(line)));
}
