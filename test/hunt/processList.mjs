/**
 * Records the command line of every process that lives long enough to be seen, until its parent ends. usage:
 * node processList.mjs <file> <pid of the parent>
 */
import { closeSync, openSync, readdirSync, readSync, writeSync } from "node:fs";

const [, , file, parent] = process.argv;
/** Milliseconds between two looks. */
const interval = 20;
/** A process may become another program soon after its start; later it is not read again. */
const looks = 25;
/** All processes are listed at least once in so many looks, whatever the kernel says of new ones. */
const looksBetweenLists = 50;

// Opened once: the file must not reappear while the folder is being removed.
const list = openSync(file, "a");
const load = openSync("/proc/loadavg", "r");
const buffer = Buffer.alloc(4 * 1024 * 1024);
let known = new Set();
/** Those to read again: how often, and what was read last. */
const young = new Map();
const written = new Set();
let newest = "";
let looksSinceList = 0;

setInterval(() => {
  try {
    process.kill(Number(parent), 0);
  } catch {
    process.exit();
  }
  looksSinceList += 1;
  const last = lastProcess();
  if (last !== newest || looksSinceList >= looksBetweenLists) {
    newest = last;
    looksSinceList = 0;
    noteNew();
  }
  for (const [pid, process] of young) if (!record(pid, process)) young.delete(pid);
}, interval);

/** The id that the kernel gave last, to a process or a thread: while it is the same, none has begun. */
function lastProcess() {
  const text = buffer.latin1Slice(0, readSync(load, buffer, 0, 256, 0));
  return text.slice(text.lastIndexOf(" "));
}

function noteNew() {
  const alive = readdirSync("/proc").filter((name) => name >= "1" && name < ":");
  for (const pid of alive) if (!known.has(pid)) young.set(pid, { left: looks, before: Buffer.alloc(0) });
  known = new Set(alive);
}

/** Returns false if the process has ended, or was read often enough. */
function record(pid, process) {
  try {
    const opened = openSync(`/proc/${pid}/cmdline`, "r");
    const now = buffer.subarray(0, readSync(opened, buffer, 0, buffer.length, 0));
    closeSync(opened);
    if (!now.equals(process.before)) {
      note(now);
      process.before = Buffer.from(now);
    }
    process.left -= 1;
    return process.left > 0;
  } catch {
    return false;
  }
}

function note(read) {
  const command = read.toString("utf8").replace(/\0+$/, "");
  if (command === "" || written.has(command)) return;
  written.add(command);
  writeSync(list, `${JSON.stringify(command.split("\0"))}\n`);
}
