/**
 * Runs other programs to their end. No shell reads the arguments: they are a list. Secrets go in through standard input,
 * never through arguments, which everybody on the machine can see.
 */
import { constants } from "node:buffer";
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { messageOf } from "../errors";

export interface ProgramOptions {
  /** The whole environment. */
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly cwd?: string | undefined;
  /** For standard input, which is empty without it. */
  readonly input?: string | undefined;
  /** Milliseconds until it is ended. Default: it may take as long as it likes. */
  readonly patience?: number | undefined;
  /** Bytes of each stream, at most: with more, it is ended. Default: what a string can hold. */
  readonly maxBytes?: number | undefined;
}

export interface AsyncProgramOptions extends ProgramOptions {
  /** Ends the program. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Puts it into a process group of its own, so that what it starts ends with it. It then has no terminal: nothing that
   * asks for a passphrase, and nothing that Ctrl-C is to reach.
   */
  readonly group?: boolean;
}

/** Why a program did not come to an end of its own. */
export interface ProgramFailure {
  readonly reason: "not found" | "not executable" | "not started" | "time limit" | "output limit" | "signal";
  readonly message: string;
}

export interface ProgramResult {
  /** Undefined where it did not come to an end of its own: `failure` says why. */
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
  readonly failure?: ProgramFailure;
}

/** Runs a program. That it fails is for the caller to see in the result: nothing is thrown. */
export function runProgram(
  program: string,
  args: readonly string[],
  options: AsyncProgramOptions,
): Promise<ProgramResult> {
  const { env, cwd, input, patience, signal, group = false } = options;
  const isGroup = group && process.platform !== "win32";
  const limit = byteLimit(options);
  return new Promise((done) => {
    const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []];
    let failure: ProgramFailure | undefined;
    const finish = (code: number | null, ended: ProgramFailure | undefined) => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      const why = failure ?? ended;
      done({
        exitCode: why ? undefined : (code ?? undefined),
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
        ...(why ? { failure: why } : {}),
      });
    };
    let child: ChildProcess;
    try {
      child = spawn(program, args, {
        env: { ...env },
        ...(cwd === undefined ? {} : { cwd }),
        stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
        detached: isGroup,
      });
    } catch (error) {
      // What is too long for the system, say.
      return done({ exitCode: undefined, stdout: "", stderr: "", failure: startFailure(error) });
    }
    const stop = (why: ProgramFailure) => {
      failure ??= why;
      end(child, isGroup);
      // What it has started may hold them open.
      child.stdout?.destroy();
      child.stderr?.destroy();
    };
    const timer =
      patience === undefined ? undefined : setTimeout(() => stop(timeFailure(patience)), patience);
    // It may tidy up, and say so.
    const abort = () => end(child, isGroup);
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
    // A program that ends before it has read all prints the reason itself.
    child.stdin?.on("error", () => {});
    child.stdin?.end(input);
    child.on("error", (error) => finish(null, startFailure(error)));
    child.on("close", (code, by) => finish(code, by === null ? undefined : signalFailure(by)));
    signal?.addEventListener("abort", abort, { once: true });
    if (signal?.aborted) abort();
  });
}

/** Runs a program, as `runProgram` does, and keeps this process waiting. */
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
    // Null where it was not started, whatever the types say.
    stdout: stdout ?? "",
    stderr: stderr ?? "",
    ...(failure ? { failure } : {}),
  };

  function failureOf(): ProgramFailure | undefined {
    const code = codeOf(error);
    if (code === "ETIMEDOUT") return timeFailure(patience ?? 0);
    if (code === "ENOBUFS") return outputFailure(limit);
    // One that reads nothing of what it is given may end well.
    if (error && !(code === "EPIPE" && status !== null)) return startFailure(error);
    return signal === null ? undefined : signalFailure(signal);
  }
}

/** What a program that failed says of it, or what is known of its end. */
export function failureText({ exitCode, stdout, stderr, failure }: ProgramResult): string {
  return stderr.trim() || stdout.trim() || failure?.message || `it ended with exit code ${exitCode}`;
}

/** With what it has started, where it has a group of its own. */
function end(child: ChildProcess, isGroup: boolean): void {
  if (child.pid === undefined || !isGroup) {
    child.kill("SIGTERM");
    return;
  }
  try {
    process.kill(-child.pid, "SIGTERM");
  } catch {
    // It has ended meanwhile.
  }
}

function byteLimit({ maxBytes = constants.MAX_STRING_LENGTH }: ProgramOptions): number {
  return Math.min(maxBytes, constants.MAX_STRING_LENGTH);
}

/** The error of a program, or of a folder, that is not there; or of one that must not be run. */
function startFailure(error: unknown): ProgramFailure {
  const reasons: Readonly<Record<string, ProgramFailure["reason"]>> = {
    ENOENT: "not found",
    EACCES: "not executable",
  };
  return { reason: reasons[codeOf(error)] ?? "not started", message: messageOf(error) };
}

function timeFailure(patience: number): ProgramFailure {
  return { reason: "time limit", message: `it did not end within ${Math.round(patience / 1000)} s` };
}

function outputFailure(limit: number): ProgramFailure {
  return { reason: "output limit", message: `it printed more than ${limit} bytes` };
}

function signalFailure(signal: NodeJS.Signals): ProgramFailure {
  return { reason: "signal", message: `it was ended by ${signal}` };
}

function codeOf(error: unknown): string {
  return typeof error === "object" && error !== null && "code" in error ? String(error.code) : "";
}
