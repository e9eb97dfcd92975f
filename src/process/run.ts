/**
 * Runs other programs to their end, without a shell: arguments are a list. Secrets are passed through standard
 * input, never as arguments, which everybody on the machine can see.
 */
import { constants } from "node:buffer";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import type { Env } from "../environment";
import { codeOf, messageOf } from "../errors";

export interface ProgramOptions {
  /** The whole environment. */
  readonly env: Env;
  readonly cwd?: string | undefined;
  /** Passed to standard input. Default: empty. */
  readonly input?: string | undefined;
  /** Time limit in milliseconds. Default: none. */
  readonly patience?: number | undefined;
  /** Bytes of each output stream, at most: a program that prints more is ended. Default: the longest string. */
  readonly maxBytes?: number | undefined;
}

export interface AsyncProgramOptions extends ProgramOptions {
  /** Ends the program. */
  readonly signal?: AbortSignal | undefined;
  /** Sends the same once more. */
  readonly again?: AbortSignal | undefined;
  /** What `signal` sends to the program. Default: SIGTERM. */
  readonly signalName?: NodeJS.Signals | undefined;
  /**
   * Runs it in a process group of its own, so that the programs that it starts end with it. It then has no
   * terminal: not for programs that prompt for a passphrase, or that Ctrl-C must reach.
   */
  readonly group?: boolean;
  /** The same, but what ends it is sent to it alone: Ctrl-C, or a terminal that closes, does not reach it. */
  readonly apart?: boolean;
  /** Receives the id of its process. */
  readonly onStart?: ((pid: number) => void) | undefined;
}

/** Why a program did not exit on its own. */
export interface ProgramFailure {
  readonly reason: "not found" | "not executable" | "not started" | "time limit" | "output limit" | "signal";
  readonly message: string;
}

export interface ProgramResult {
  /** Undefined if it did not exit on its own: `failure` says why. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly failure?: ProgramFailure;
}

/** Runs a program. Failures are in the result; nothing is thrown. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: AsyncProgramOptions,
): Promise<ProgramResult> {
  const { input, patience, signal, again, signalName, onStart } = options;
  const hasGroups = process.platform !== "win32";
  const isGroup = options.group === true && hasGroups;
  const limit = byteLimit(options);
  return new Promise((done) => {
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    let failure: ProgramFailure | undefined;
    const finish = (code: number | null, ended: ProgramFailure | undefined) => {
      clearTimeout(timer);
      for (const one of [signal, again]) one?.removeEventListener("abort", abort);
      const why = failure ?? ended;
      done({
        exitCode: why ? undefined : (code ?? undefined),
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
        ...(why ? { failure: why } : {}),
      });
    };
    const isDetached = isGroup || (options.apart === true && hasGroups);
    const child = start(program, args, options, isDetached);
    if (!("stdout" in child)) return done({ exitCode: undefined, stdout: "", stderr: "", failure: child });
    if (child.pid !== undefined) onStart?.(child.pid);
    const stop = (why: ProgramFailure) => {
      failure ??= why;
      end(child, isGroup);
      // Its children may keep them open.
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    const timer =
      patience === undefined ? undefined : setTimeout(() => stop(timeFailure(patience)), patience);
    // It may clean up and print messages meanwhile.
    const abort = () => end(child, isGroup, signalName);
    const collect = (chunks: Buffer[]) => {
      let bytes = 0;
      return (chunk: Buffer) => {
        bytes += chunk.length;
        if (bytes > limit) stop(outputFailure(limit));
        else chunks.push(chunk);
      };
    };
    child.stdout?.on("data", collect(stdout));
    child.stderr?.on("data", collect(stderr));
    // A program that exits before it has read all of its input prints the reason itself.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
    child.on("error", (error) => finish(null, startFailure(error)));
    child.on("close", (code, by) => finish(code, by === null ? undefined : signalFailure(by)));
    for (const one of [signal, again]) one?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
  });
}

function start(
  program: string,
  args: readonly string[],
  { env, cwd, input }: ProgramOptions,
  isDetached: boolean,
): ChildProcess | ProgramFailure {
  try {
    return spawn(program, args, {
      env: { ...env },
      ...(cwd === undefined ? {} : { cwd }),
      stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
      detached: isDetached,
    });
  } catch (error) {
    // For example, arguments that are too long for the system.
    return startFailure(error);
  }
}

/** Runs a program as `runProgram` does, and blocks this process. */
export function runProgramSync(
  program: string,
  args: readonly string[],
  options: ProgramOptions,
): ProgramResult {
  const { env, cwd, input, patience } = options;
  const limit = byteLimit(options);
  const { status, signal, stdout, stderr, error } = spawnSync(program, args, {
    env: { ...env },
    encoding: "utf8",
    maxBuffer: limit,
    stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
    ...(cwd === undefined ? {} : { cwd }),
    ...(input === undefined ? {} : { input }),
    ...(patience === undefined ? {} : { timeout: patience }),
  });
  const failure = failureOf();
  return {
    exitCode: failure ? undefined : (status ?? undefined),
    // Null if it was not started, contrary to the types.
    stdout: stdout ?? "",
    stderr: stderr ?? "",
    ...(failure ? { failure } : {}),
  };

  function failureOf(): ProgramFailure | undefined {
    const code = codeOf(error);
    if (code === "ETIMEDOUT") return timeFailure(patience ?? 0);
    if (code === "ENOBUFS") return outputFailure(limit);
    // A program may succeed without reading its input.
    if (error && !(code === "EPIPE" && status !== null)) return startFailure(error);
    return signal === null ? undefined : signalFailure(signal);
  }
}

/** The error output of a program that failed, or how it ended. */
export function failureText({ exitCode, stdout, stderr, failure }: ProgramResult): string {
  return stderr.trim() || stdout.trim() || failure?.message || `it exited with code ${exitCode}`;
}

/** Ends a program, with its children if it has a group of its own. */
function end(child: ChildProcess, isGroup: boolean, signal: NodeJS.Signals = "SIGTERM"): void {
  if (child.pid === undefined || !isGroup) {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // It has already ended.
  }
}

function byteLimit({ maxBytes = constants.MAX_STRING_LENGTH }: ProgramOptions): number {
  return Math.min(maxBytes, constants.MAX_STRING_LENGTH);
}

/** From the error of a missing program or folder, or of a program without permission to run. */
function startFailure(error: unknown): ProgramFailure {
  const reasons: Readonly<Record<string, ProgramFailure["reason"]>> = {
    ENOENT: "not found",
    EACCES: "not executable",
  };
  return { reason: reasons[codeOf(error) ?? ""] ?? "not started", message: messageOf(error) };
}

function timeFailure(patience: number): ProgramFailure {
  return { reason: "time limit", message: `it did not finish within ${Math.round(patience / 1000)} s` };
}

function outputFailure(limit: number): ProgramFailure {
  return { reason: "output limit", message: `it printed more than ${limit} bytes` };
}

function signalFailure(signal: NodeJS.Signals): ProgramFailure {
  return { reason: "signal", message: `it was terminated by ${signal}` };
}
