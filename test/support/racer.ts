/** Processes that go on by single steps, so that a test decides how they interleave. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";

/** A real process that goes on by one step when it is told to. */
export class Racer {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  /** What it does next. */
  next: Promise<string>;

  /**
   * @param module The compiled file with what it takes.
   * @param path Of a lock, or of a run's folder.
   * @param key What it claims in it.
   */
  constructor(module: string, path: string, ...key: readonly string[]) {
    const script = join(__dirname, "racerProcess.cjs");
    const child = spawn(process.execPath, [script, module, path, ...key], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#child = child;
    this.#lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    this.next = this.#read();
    this.next.catch(() => {});
  }

  /** Goes on, and returns what it has come to. */
  step(): Promise<string> {
    this.#child.stdin?.write("\n");
    this.next = this.#read();
    this.next.catch(() => {});
    return this.next;
  }

  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    this.#child.kill("SIGKILL");
    await once(this.#child, "exit");
  }

  async #read(): Promise<string> {
    const { done, value } = await this.#lines.next();
    if (done) throw new Error("the process has ended");
    return value;
  }
}
