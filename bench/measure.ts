/** One command's cost: wall time, and the peak memory of each of its processes. */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Cost {
  readonly wallSeconds: number;
  /** User and system, of the command and all processes below it. */
  readonly cpuSeconds: number;
  /** Of all processes at once, at most: what several share counts for each. */
  readonly treeMemoryBytes: number;
  /** The same, where what several share is divided among them: what they take of the machine. Null without it. */
  readonly treeProportionalBytes: number | null;
  /** Of the process with the highest value. */
  readonly peakMemoryBytes: number;
  /** The same by program: `pulumi`, `pulumi-language-nodejs`, `node`. */
  readonly peaks: Readonly<Record<string, number>>;
}

/** Milliseconds between two samples of the processes' memory. The kernel keeps the peak of each meanwhile. */
const interval = 250;

/** @throws {Error} with the command's output if it fails. */
export async function measure(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): Promise<Cost> {
  const began = performance.now();
  // The shell counts what it and all that it has waited for have used.
  const script = '"$@"; code=$?; times >&3; exit $code';
  const child = spawn("bash", ["-c", script, "bash", command, ...args], {
    ...options,
    stdio: ["ignore", "pipe", "pipe", "pipe"],
  });
  let times = "";
  child.stdio[3]?.on("data", (chunk: Buffer) => {
    times += chunk.toString();
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (chunk: Buffer) => {
      output = (output + chunk.toString()).slice(-20_000);
    });
  }
  const peaks: Record<string, number> = {};
  let [treeMemoryBytes, treeProportionalBytes] = [0, 0];
  const look = () => {
    const processes = processesBelow(child.pid ?? 0);
    for (const { name, peak } of processes) peaks[name] = Math.max(peaks[name] ?? 0, peak);
    const sumOf = (key: "resident" | "proportional") =>
      processes.reduce((sum, { [key]: bytes }) => sum + bytes, 0);
    treeMemoryBytes = Math.max(treeMemoryBytes, sumOf("resident"));
    treeProportionalBytes = Math.max(treeProportionalBytes, sumOf("proportional"));
  };
  const timer = setInterval(look, interval);
  const exitCode = await new Promise<number | null>((done, fail) => {
    child.on("error", fail);
    child.on("close", done);
  });
  clearInterval(timer);
  if (exitCode !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${output}`);
  return {
    wallSeconds: Math.round(performance.now() - began) / 1000,
    cpuSeconds: cpuIn(times),
    treeMemoryBytes,
    treeProportionalBytes: treeProportionalBytes || null,
    peakMemoryBytes: Math.max(0, ...Object.values(peaks)),
    peaks,
  };
}

/** The sum of what bash's `times` prints: user and system, of the shell and of its children, like `0m1.234s`. */
export function cpuIn(times: string): number {
  const parts = [...times.matchAll(/(\d+)m(\d+[.,]\d+)s/g)];
  const seconds = parts.reduce(
    (sum, [, minutes, rest = ""]) => sum + Number(minutes) * 60 + Number(rest.replace(",", ".")),
    0,
  );
  return Math.round(seconds * 1000) / 1000;
}

/** Seconds for a fixed piece of work, with which figures of different machines and hours are compared. */
export async function calibrate(): Promise<{ readonly sha256: number; readonly node: number }> {
  const block = Buffer.alloc(1 << 20);
  const hash = createHash("sha256");
  const before = process.cpuUsage();
  for (let count = 0; count < 1_000; count += 1) hash.update(block);
  hash.digest();
  const { user, system } = process.cpuUsage(before);
  const start = await measure(process.execPath, ["-e", "0"], { cwd: tmpdir(), env: {} });
  return { sha256: Math.round((user + system) / 1_000) / 1_000, node: start.cpuSeconds };
}

/** A process and its descendants, with their peaks and their memory now. Empty without /proc. */
function processesBelow(
  pid: number,
): { name: string; peak: number; resident: number; proportional: number }[] {
  const parents = new Map<number, number>();
  let pids: number[] = [];
  try {
    pids = readdirSync("/proc").map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
  const statuses = new Map<number, string>();
  for (const one of pids) {
    try {
      const status = readFileSync(`/proc/${one}/status`, "utf8");
      statuses.set(one, status);
      parents.set(one, Number(status.match(/^PPid:\s+(\d+)/m)?.[1]));
    } catch {
      // The process has ended.
    }
  }
  const isBelow = (one: number | undefined): boolean =>
    one === pid || (one !== undefined && one > 1 && isBelow(parents.get(one)));
  return [...statuses].flatMap(([one, status]) => {
    const peak = Number(status.match(/^VmHWM:\s+(\d+) kB/m)?.[1]) * 1024;
    const resident = Number(status.match(/^VmRSS:\s+(\d+) kB/m)?.[1]) * 1024;
    const name = status.match(/^Name:\s+(.*)$/m)?.[1] ?? "";
    return isBelow(one) && Number.isFinite(peak) && Number.isFinite(resident)
      ? [{ name, peak, resident, proportional: proportionalBytes(one) }]
      : [];
  });
}

/** A process's memory, with its part of what it shares. https://www.kernel.org/doc/html/latest/filesystems/proc.html */
function proportionalBytes(pid: number): number {
  try {
    const rollup = readFileSync(`/proc/${pid}/smaps_rollup`, "utf8");
    return Number(rollup.match(/^Pss:\s+(\d+) kB/m)?.[1] ?? 0) * 1024;
  } catch {
    // It has ended, or belongs to another user.
    return 0;
  }
}

/**
 * The processor time of a command and of all processes that it has waited for, user and system together.
 *
 * @throws {Error} with the command's output if it fails.
 */
export function measureProcessor(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv },
): { readonly wallSeconds: number; readonly processorSeconds: number } {
  const began = performance.now();
  const script = '"$@"; code=$?; echo; times; exit $code';
  const { status, stdout, stderr } = spawnSync("bash", ["-c", script, "bash", command, ...args], {
    ...options,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${command} ${args.join(" ")} failed:\n${stdout}${stderr}`);
  // The second line is of the children: `1m2.345s 0m1.234s`.
  const [user = 0, system = 0] = (stdout.trimEnd().split("\n").at(-1) ?? "").split(" ").map((text) => {
    const [, minutes = "0", seconds = "0"] = /^(\d+)m([\d.]+)s$/.exec(text) ?? [];
    return Number(minutes) * 60 + Number(seconds);
  });
  return { wallSeconds: (performance.now() - began) / 1000, processorSeconds: user + system };
}

/** Bytes of all states below a folder, without the engine's backups. */
export function stateBytes(folder: string): number {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((file) => file.isFile() && file.name.endsWith(".json") && file.parentPath.includes("/stacks"))
    .reduce((sum, file) => sum + statSync(join(file.parentPath, file.name)).size, 0);
}
