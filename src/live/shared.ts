/**
 * Reads that several processes of one run need, such as the list of a workspace's repositories: the first reads, the
 * others wait for what it found. The processes share a folder that the run creates and removes.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { tryRead } from "../errors";
import { takeFileLock } from "../process/fileLock";
import { replaceFile } from "../process/replaceFile";

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
      const lock = tryRead(() => takeFileLock(`${path}.lock`));
      // Where nothing can be kept, such as on a full disk, each process reads for itself.
      if (lock === undefined) return read();
      if (typeof lock === "function") {
        try {
          const found = await read();
          tryRead(() => replaceFile(`${path}.json`, JSON.stringify(found)));
          return found;
        } finally {
          lock();
        }
      }
      await this.pause(interval);
    }
  }
}
