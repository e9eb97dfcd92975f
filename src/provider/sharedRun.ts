/**
 * What the provider processes of one run share. An engine starts a process for each provider of a program, and passes
 * the same address to all of them: it names a folder in which each process has a file of facts, and in which a claim is
 * a file that only one process can create.
 */
import { createHash, randomUUID } from "node:crypto";
import {
  closeSync,
  existsSync,
  linkSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { homedir, hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { codeOf, tryRead, UserError } from "../errors";
import { createWhole, readText, removeLeftOver } from "../process/fileLock";
import { findForeignAccess } from "../process/foreignAccess";
import { isRunning } from "../process/ownProcesses";
import { listAncestors, procEntry, procStat } from "../process/proc";
import { replaceFile } from "../process/replaceFile";

/** Milliseconds after which a folder that no process uses is removed: other machines may share it. */
const day = 24 * 3_600_000;

const factSchema = z.union([
  z.tuple([z.literal("kept"), z.string(), z.boolean()]),
  z.tuple([z.enum(["former", "replaced"]), z.string(), z.string()]),
  z.tuple([z.enum(["vanished", "gone", "recreated", "made", "deleted", "managed", "released"]), z.string()]),
  z.tuple([z.literal("refused")]),
]);

/** Something that a process tells the others of its run. `RunFacts` says what each means. It holds no secrets. */
export type RunFact = z.output<typeof factSchema>;

/** The processes of a run cannot share a folder, so that limits would count for each alone. */
class SharedRunError extends UserError {
  constructor(folder: string, reason: string) {
    super(
      `The providers of a run share their limits in ${folder}, which ${reason}. Nothing was changed. ` +
        "Set XDG_STATE_HOME to a folder of this user alone.",
    );
  }
}

/** The folders of this process: they are left when it ends. */
const open = new Set<SharedRun>();
process.once("exit", () => {
  for (const shared of open) shared.leave();
});

export class SharedRun {
  readonly #file: string;
  /** A claim of this process without a value. Each of its claims begins as another name of this file. */
  readonly #claim: string;
  readonly #name = `${process.pid}-${randomUUID()}.jsonl`;
  #descriptor: number | undefined;
  /** Bytes that were read of each other process's file. */
  readonly #read = new Map<string, number>();

  /** @param folder Of this run. It is created if it does not exist. */
  constructor(private readonly folder: string) {
    this.#file = join(folder, this.#name);
    this.#claim = join(folder, "claims", this.#name);
  }

  /** Tells the other processes, before it returns. */
  append(fact: RunFact): void {
    writeSync(this.#join(), `${JSON.stringify(fact)}\n`);
  }

  /** Returns what the others have told since the last time. */
  readOthers(): RunFact[] {
    this.#join();
    return readdirSync(this.folder).flatMap((name) =>
      isMember(name) && name !== this.#name && isAlive(name) ? this.#readNew(name) : [],
    );
  }

  /**
   * Claims something for this process.
   *
   * @param value What another claim must have to be the same one.
   * @returns False if it is claimed already, with another value, or another process is claiming it in this moment.
   */
  claim(key: string, value = ""): boolean {
    this.#join();
    const file = this.#claimFile(key);
    // What a killed process has claimed is claimed again, by one of those that want it.
    while (!this.#createClaim(file, value)) {
      const text = readText(file);
      const other = text === undefined ? undefined : parseClaim(text);
      if (other !== undefined) return value !== "" && other === value;
      // Who removes it wants it as well, and claims it next.
      if (text !== undefined && removeLeftOver(file, text)) return false;
    }
    return true;
  }

  /** Gives a claim of this process a value. */
  describeClaim(key: string, value: string): void {
    const file = this.#claimFile(key);
    // In one step: another process may read it.
    replaceFile(file, formatClaim(value));
  }

  isClaimed(key: string): boolean {
    this.#join();
    const file = this.#claimFile(key);
    // Most are not, and an error for each of these costs more than to look first.
    const text = statSync(file, { throwIfNoEntry: false }) && readText(file);
    return text !== undefined && parseClaim(text) !== undefined;
  }

  release(key: string): void {
    rmSync(this.#claimFile(key), { force: true });
  }

  /** Removes what this process has told; the last one removes the folder. */
  leave(): void {
    open.delete(this);
    if (this.#descriptor === undefined) return;
    try {
      closeSync(this.#descriptor);
      rmSync(this.#file, { force: true });
      rmSync(this.#claim, { force: true });
      if (listMembers(this.folder).length === 0) rmSync(this.folder, { recursive: true, force: true });
    } catch {
      // The next run on this machine removes it.
    }
    this.#descriptor = undefined;
  }

  #join(): number {
    if (this.#descriptor !== undefined) return this.#descriptor;
    try {
      removeEnded(join(this.folder, ".."));
      mkdirSync(join(this.folder, "claims"), { recursive: true, mode: 0o700 });
      const foreign = findForeignAccess(this.folder);
      if (foreign !== undefined) throw new SharedRunError(this.folder, foreign);
      writeFileSync(this.#claim, formatClaim(""), { flag: "wx", mode: 0o600 });
      this.#descriptor = openSync(this.#file, "ax", 0o600);
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw new SharedRunError(this.folder, `cannot be written (${(error as NodeJS.ErrnoException).code})`);
    }
    open.add(this);
    return this.#descriptor;
  }

  /** Creates a claim in one step. Returns false if there is one. */
  #createClaim(file: string, value: string): boolean {
    if (value !== "") return createWhole(file, formatClaim(value));
    try {
      linkSync(this.#claim, file);
      return true;
    } catch (error) {
      if (codeOf(error) === "EEXIST") return false;
      // File systems limit the names of one file: ext4 takes 65,000.
      if (codeOf(error) === "EMLINK") return createWhole(file, formatClaim(value));
      throw error;
    }
  }

  #readNew(name: string): RunFact[] {
    const descriptor = openSync(join(this.folder, name), "r");
    try {
      const from = this.#read.get(name) ?? 0;
      const chunks: Buffer[] = [];
      for (let at = from; ; ) {
        const chunk = Buffer.alloc(64 * 1024);
        const count = readSync(descriptor, chunk, 0, chunk.length, at);
        if (count === 0) break;
        chunks.push(chunk.subarray(0, count));
        at += count;
      }
      const bytes = Buffer.concat(chunks);
      // A line that is not complete yet is read next time.
      const whole = bytes.subarray(0, bytes.lastIndexOf(0x0a) + 1);
      this.#read.set(name, from + whole.length);
      return whole
        .toString()
        .split("\n")
        .filter((line) => line !== "")
        .map((line) => factSchema.parse(JSON.parse(line)));
    } finally {
      closeSync(descriptor);
    }
  }

  #claimFile(key: string): string {
    return join(this.folder, "claims", createHash("sha256").update(key).digest("hex"));
  }
}

/**
 * The run of an engine; undefined if there is no engine.
 *
 * @param engine The engine's address, `host:port`.
 */
export function openSharedRun(engine: string | undefined, env: NodeJS.ProcessEnv): SharedRun | undefined {
  if (engine === undefined || !/:\d+$/.test(engine)) return undefined;
  const name = createHash("sha256")
    .update(`${hostname()}\n${engine}\n${startOfEngine(engine)}`)
    .digest("hex");
  return new SharedRun(join(runsFolder(env), name.slice(0, 32)));
}

/** A later engine may have the same address: on Linux, the time at which its process started tells them apart. */
function startOfEngine(engine: string): string {
  // The nearest process that is not called with the address is the engine itself.
  const started = listAncestors(procEntry, process.pid).find(({ command }) => !command.includes(engine));
  return started === undefined ? "" : `${started.pid} ${procStat(started.pid)?.[19]}`;
}

function runsFolder(env: NodeJS.ProcessEnv): string {
  const state = env.XDG_STATE_HOME || join(env.HOME || homedir(), ".local", "state");
  const folder = join(state, "bitbucket-as-code", "runs");
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    return folder;
  } catch {
    return join(tmpdir(), `bitbucket-as-code-runs-${process.getuid?.() ?? ""}`);
  }
}

/** Removes the folders of runs whose processes were killed. */
function removeEnded(runs: string): void {
  for (const name of existsSync(runs) ? readdirSync(runs) : []) {
    const folder = join(runs, name);
    const members = listMembers(folder);
    const isOld = tryRead(() => Date.now() - statSync(folder).mtimeMs > day) ?? false;
    if (isOld && !members.some(isAlive)) rmSync(folder, { recursive: true, force: true });
  }
}

/** Whether the process that a file is of is there: of a run that was killed, an engine may have the address again. */
function isAlive(member: string): boolean {
  return isRunning(Number.parseInt(member, 10));
}

function formatClaim(value: string): string {
  return `${process.pid}\n${value}`;
}

/** The value of a claim; undefined if the process that made it is gone. */
function parseClaim(text: string): string | undefined {
  const [pid = "", ...value] = text.split("\n");
  return isAlive(pid) ? value.join("\n") : undefined;
}

function listMembers(folder: string): string[] {
  return tryRead(() => readdirSync(folder).filter(isMember)) ?? [];
}

function isMember(name: string): boolean {
  return name.endsWith(".jsonl");
}
