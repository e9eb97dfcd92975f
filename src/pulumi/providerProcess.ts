/**
 * The native provider's process, started before the engine that attaches to it. Node starts while the engine does, and the
 * engine needs none of the further processes that it would start for the schema.
 * https://www.pulumi.com/docs/iac/guides/building-extending/providers/debugging-providers/
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import { packageRoot } from "../errors";
import { nativePackage } from "../model/typeToken";

const plugin = join(packageRoot, "plugin", "pulumi-resource-bitbucket-cloud");

/** Milliseconds for the requests under way at the end, as an engine gives a plugin of its own. */
const maxWait = 5_000;

interface ProviderSetup {
  /** The folder of Pulumi.yaml. */
  readonly cwd: string;
  /** What counts from the start of Node. */
  readonly env: NodeJS.ProcessEnv;
}

export class ProviderProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** Undefined: it ended before it listened. */
  readonly #port: Promise<string | undefined>;
  readonly #ended: Promise<unknown>;
  #onLine: (line: string) => void = () => {};

  constructor({ cwd, env }: ProviderSetup) {
    // Ctrl-C is for the engine alone, which lets running operations finish.
    const detached = process.platform !== "win32";
    const child = spawn(process.execPath, [plugin, "--attach"], {
      cwd,
      env,
      detached,
      windowsHide: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    this.#child = child;
    // One that has ended takes nothing any more.
    child.stdin.on("error", () => {});
    this.#ended = new Promise((done) => child.once("close", done).once("error", done));
    this.#port = new Promise((found) => {
      let isFirst = true;
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (isFirst) found(line);
        else this.#onLine(line);
        isFirst = false;
      });
      createInterface({ input: child.stderr }).on("line", (line) => this.#onLine(line));
      void this.#ended.then(() => found(undefined));
    });
  }

  /**
   * Gives it the variables that the engine's own processes get.
   *
   * @param onLine Receives what it prints: the engine shows what its own plugins print.
   * @returns The variable with which the engine attaches to it; none if it does not run.
   */
  async attach(
    env: Readonly<Record<string, string>>,
    onLine: (line: string) => void,
  ): Promise<Readonly<Record<string, string>>> {
    this.#onLine = onLine;
    this.#child.stdin.write(`${JSON.stringify({ env })}\n`);
    const port = await this.#port;
    return port === undefined ? {} : { PULUMI_DEBUG_PROVIDERS: `${nativePackage}:${port}` };
  }

  /** Tells it which process the engine is, which it otherwise finds as the one that has started it. */
  setEngine(pid: number): void {
    this.#child.stdin.write(`${JSON.stringify({ engine: pid })}\n`);
  }

  /** Ends it as an engine ends a plugin, after the engine's own end. */
  async end(): Promise<void> {
    this.#child.kill("SIGINT");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), maxWait);
    await this.#ended;
    clearTimeout(timer);
  }
}

/** Provides each engine of a run with a process, of which the first is started before it is known whether it is used. */
export class ProviderProcesses {
  #next: ProviderProcess | undefined;

  constructor(private readonly setup: ProviderSetup) {}

  /** Starts a process for the next engine. */
  prepare(): void {
    this.#next ??= new ProviderProcess(this.setup);
  }

  /** The process for one engine. */
  take(): ProviderProcess {
    const next = this.#next ?? new ProviderProcess(this.setup);
    this.#next = undefined;
    return next;
  }

  /** Ends what no engine has taken. */
  async close(): Promise<void> {
    await this.#next?.end();
    this.#next = undefined;
  }
}
