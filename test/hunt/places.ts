/** Where a test run puts what is searched for secrets at its end. jest.config.js names the folder. */
import { appendFileSync, existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The temporary folder of tests and of all programs that they start. */
export const temporary = tmpdir();

export const runFolder = dirname(temporary);

/** What tests removed from the temporary folder: it is moved here, to be searched as well. */
export const removed = join(runFolder, "removed");

/** What each program was given and printed: one file a program. */
export const programs = join(runFolder, "programs");

/** The command lines of all processes of the machine, those that tests did not start themselves among them. */
export const processList = join(runFolder, "processes.txt");

/** Elsewhere than on Linux there is no list of processes to look at. */
export const hasProcessList = existsSync("/proc/self/cmdline");

/** What this project's client sent that others get to see: addresses, comments and reports. */
export const requests = join(runFolder, "requests.txt");

/** The secrets that the tests used, one JSON object a line. This file is not searched. */
export const usedSecrets = join(runFolder, "secrets.jsonl");

/** Appends a whole line, so that two workers do not mix theirs. */
export function note(file: string, line: string): void {
  appendFileSync(file, `${line.replaceAll("\n", "\\n")}\n`, { mode: 0o600 });
}
