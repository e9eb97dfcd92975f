/** Records the arguments and the output of each program that a test starts. */
import childProcess, { type ChildProcess } from "node:child_process";
import { appendFileSync } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { programs, temporary } from "./places";
import { noteEnvironment } from "./secrets";

interface StartOptions {
  readonly args?: readonly string[];
  envPairs?: string[];
}

const inherited = { ...process.env };
let started = 0;

/** The first line of a program's file says which test started it, the second how. */
function fileOf(test: string, args: readonly string[]): string {
  started += 1;
  const file = join(programs, `${process.pid}-${started}.txt`);
  appendFileSync(file, `${test}\n${JSON.stringify(args)}\n`, { mode: 0o600 });
  return file;
}

/**
 * Records all programs that this process starts from now on.
 *
 * @param test Returns the running test.
 */
export function watchPrograms(test: () => string): void {
  const prototype = childProcess.ChildProcess.prototype as unknown as {
    spawn(options: StartOptions): unknown;
  };
  const start = prototype.spawn;
  prototype.spawn = function (this: ChildProcess, options: StartOptions) {
    const pairs = options.envPairs ?? [];
    noteEnvironment(pairs, inherited);
    // Its temporary files are searched too.
    if (!pairs.some((pair) => pair.startsWith("TMPDIR=")))
      options.envPairs = [...pairs, `TMPDIR=${temporary}`];
    const file = fileOf(test(), options.args ?? []);
    const result = start.call(this, options);
    for (const stream of [this.stdout, this.stderr]) if (stream) copy(stream, file);
    return result;
  };
  watchSynchronous("spawnSync", test);
  watchSynchronous("execFileSync", test);
  watchSynchronous("execSync", test);
}

/** On arrival: a listener for `data` would start the stream before the test listens. */
function copy(stream: Readable, file: string): void {
  const push = stream.push;
  stream.push = function (chunk, encoding) {
    if (chunk) appendFileSync(file, chunk);
    return push.call(this, chunk, encoding);
  };
}

function watchSynchronous(name: "spawnSync" | "execFileSync" | "execSync", test: () => string): void {
  const original = childProcess[name] as (...given: unknown[]) => unknown;
  const watched = (command: string, ...given: unknown[]): unknown => {
    const args = Array.isArray(given[0]) ? given[0].map(String) : [];
    const options = given.find((one) => typeof one === "object" && !Array.isArray(one)) as
      | { env?: NodeJS.ProcessEnv }
      | undefined;
    const pairs = Object.entries(options?.env ?? {}).map(([key, value]) => `${key}=${value}`);
    noteEnvironment(pairs, inherited);
    const file = fileOf(test(), [command, ...args]);
    const print = (result: unknown) => {
      const printed = result as { stdout?: unknown; stderr?: unknown } | undefined;
      for (const one of [result, printed?.stdout, printed?.stderr])
        if (typeof one === "string" || Buffer.isBuffer(one)) appendFileSync(file, one);
    };
    try {
      const result = original(command, ...given);
      print(result);
      return result;
    } catch (error) {
      print(error);
      throw error;
    }
  };
  Object.assign(childProcess, { [name]: watched });
}
