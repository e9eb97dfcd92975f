/**
 * Notes from the program and the provider to the command that runs them, beside the lines that people read: a
 * JSON Lines file for each process in the run's folder. Without such a command, nothing is noted.
 */
import { appendFileSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { environment } from "../environment";
import { runContext } from "./runContext";

const noteSchema = z.discriminatedUnion("note", [
  /** An existing object was adopted, which the engine counts as a creation. */
  z.object({
    note: z.literal("adopted"),
    kind: z.string(),
    id: z.string(),
    /** Its location. */
    at: z.record(z.string(), z.unknown()),
  }),
  /** A preview found an object that an apply would adopt. */
  z.object({ note: z.literal("toBeAdopted"), stack: z.string(), kind: z.string(), name: z.string() }),
  /** A mandatory policy stops an apply of this stack. */
  z.object({ note: z.literal("policyRefused"), stack: z.string(), text: z.string() }),
  /** A message, by its text, that a later one replaces. */
  z.object({ note: z.literal("superseded"), text: z.string() }),
]);

export type RunNote = z.output<typeof noteSchema>;

/**
 * Notes something for the command that runs this process. Notes hold no secrets; no other user can read the
 * folder.
 */
export function noteForRun(note: RunNote): void {
  try {
    const folder = runContext(environment())?.folder;
    if (folder === undefined) return;
    appendFileSync(join(folder, `notes-${process.pid}.jsonl`), `${JSON.stringify(note)}\n`, { mode: 0o600 });
  } catch {
    // The command then shows an adoption as a creation, which is no reason to abort a write.
  }
}

/** Returns all notes of a run so far. */
export function readNotes(folder: string): RunNote[] {
  return readdirSync(folder)
    .filter((name) => name.startsWith("notes-"))
    .flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n"))
    .filter((line) => line !== "")
    .map((line) => noteSchema.parse(JSON.parse(line)));
}
