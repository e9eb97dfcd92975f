/**
 * Reads that several processes of one run need, such as the list of a workspace's repositories: the first reads, the
 * others wait for what it found. The processes share a folder that the run creates and removes.
 */
import { createHash } from "node:crypto";
import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { tryRead } from "../errors";
import { isRunning } from "../process/ownProcesses";

/** Milliseconds between two looks for what another process reads. */
const interval = 50;

const items = z.array(z.unknown());

export class SharedReads {
  constructor(
    private readonly folder: string,
    private readonly pause: (milliseconds: number) => Promise<unknown> = sleep,
  ) {}

  /** The items of a collection. Where the process that began to read them failed or died, this one reads. */
  async list(name: string, read: () => Promise<readonly unknown[]>): Promise<readonly unknown[]> {
    const path = join(this.folder, createHash("sha256").update(name).digest("hex").slice(0, 32));
    for (;;) {
      if (existsSync(`${path}.json`)) return items.parse(JSON.parse(readFileSync(`${path}.json`, "utf8")));
      if (this.#acquire(`${path}.lock`)) {
        try {
          const found = await read();
          writeFileSync(`${path}.partial`, JSON.stringify(found), { mode: 0o600 });
          renameSync(`${path}.partial`, `${path}.json`);
          return found;
        } finally {
          rmSync(`${path}.lock`, { force: true });
        }
      }
      await this.pause(interval);
    }
  }

  #acquire(lock: string): boolean {
    try {
      const file = openSync(lock, "wx", 0o600);
      writeSync(file, String(process.pid));
      closeSync(file);
      return true;
    } catch {
      if (holderIsGone(lock)) rmSync(lock, { force: true });
      return false;
    }
  }
}

function holderIsGone(lock: string): boolean {
  const pid = Number(tryRead(() => readFileSync(lock, "utf8")));
  return Number.isInteger(pid) && pid > 0 && !isRunning(pid);
}
