/**
 * Records the command line of every process that lives long enough to be seen, until its parent ends. usage:
 * node processList.mjs <file> <pid of the parent>
 */
import { openSync, readdirSync, readFileSync, writeSync } from "node:fs";

const [, , file, parent] = process.argv;
/** Milliseconds between two looks. */
const interval = 20;
/** A process may become another program soon after its start; later it is not read again. */
const looks = 25;

// Opened once: the file must not reappear while the folder is being removed.
const list = openSync(file, "a");
const seen = new Map();
const written = new Set();

setInterval(() => {
  try {
    process.kill(Number(parent), 0);
  } catch {
    process.exit();
  }
  const alive = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  for (const pid of alive) {
    const count = seen.get(pid) ?? 0;
    if (count >= looks) continue;
    seen.set(pid, count + 1);
    try {
      const command = readFileSync(`/proc/${pid}/cmdline`, "utf8").replace(/\0+$/, "");
      if (command === "" || written.has(command)) continue;
      written.add(command);
      writeSync(list, `${JSON.stringify(command.split("\0"))}\n`);
    } catch {
      // It has ended.
    }
  }
  if (seen.size > 2 * alive.length) {
    const still = new Set(alive);
    for (const pid of seen.keys()) if (!still.has(pid)) seen.delete(pid);
  }
}, interval);
