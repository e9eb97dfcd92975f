/**
 * The file to which an engine logs its events, a line of JSON each: it is read while the engine writes it. Pulumi's
 * Automation API does this as well, and starts three further engines after an apply, for outputs and history that nobody
 * asks for.
 */
import { closeSync, openSync, readSync, rmSync, writeFileSync } from "node:fs";
import { StringDecoder } from "node:string_decoder";
import { type EngineEvent, engineEventSchema } from "./events";

/** Milliseconds between two looks at the file: they move the line of progress. */
const interval = 100;

const blockSize = 1 << 16;

export class EventFile {
  readonly #descriptor: number;
  readonly #timer: NodeJS.Timeout;
  readonly #decoder = new StringDecoder("utf8");
  readonly #block = Buffer.alloc(blockSize);
  /** The part of a line that the engine has written so far. */
  #rest = "";

  /**
   * Creates the file.
   *
   * @param path Where there is none, in a folder that only this user can read.
   * @param take Receives each event once, in order.
   */
  constructor(
    readonly path: string,
    private readonly take: (event: EngineEvent) => void,
  ) {
    writeFileSync(path, "", { mode: 0o600 });
    this.#descriptor = openSync(path, "r");
    this.#timer = setInterval(() => this.#read(), interval).unref();
  }

  /** Reads what is left, and removes the file. Call it after the engine's end. */
  close(): void {
    clearInterval(this.#timer);
    try {
      this.#read();
    } finally {
      closeSync(this.#descriptor);
      rmSync(this.path, { force: true });
    }
  }

  #read(): void {
    for (;;) {
      const length = readSync(this.#descriptor, this.#block);
      if (length === 0) return;
      const lines = (this.#rest + this.#decoder.write(this.#block.subarray(0, length))).split("\n");
      this.#rest = lines.pop() ?? "";
      for (const line of lines) this.#takeLine(line);
    }
  }

  /** What is no event of a known shape says nothing that counts: a killed engine leaves half a line. */
  #takeLine(line: string): void {
    let event: unknown;
    try {
      event = JSON.parse(line);
    } catch {
      return;
    }
    const { data } = engineEventSchema.safeParse(event);
    if (data) this.take(data);
  }
}
