/**
 * The places in which a test run collects what is searched for secrets at its end. jest.config.js names the
 * folder.
 */
import { appendFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The temporary folder of tests and of all programs that they start. */
export const temporary = tmpdir();

export const runFolder = dirname(temporary);

/** Files that tests removed from the temporary folder: they are moved here, to be searched as well. */
export const removed = join(runFolder, "removed");

/** The input and output of each program: one file per program. */
export const programs = join(runFolder, "programs");

/** The command lines of all processes of the machine, including those that tests did not start themselves. */
export const processList = join(runFolder, "processes.txt");

/** Only Linux has a list of processes to read. */
export const hasProcessList = existsSync("/proc/self/cmdline");

/** The parts of this project's requests that others can see: addresses, comments and reports. */
export const requests = join(runFolder, "requests.txt");

/** The secrets that the tests used, one JSON object per line. This file is not searched. */
export const usedSecrets = join(runFolder, "secrets.jsonl");

/** Appends a whole line, so that lines of two workers do not mix. */
export function note(file: string, line: string): void {
  appendFileSync(file, `${line.replaceAll("\n", "\\n")}\n`, { mode: 0o600 });
}
