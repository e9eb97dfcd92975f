/** The processes of this machine, as far as necessary to find the engine that started this one. */
import { readFileSync, readlinkSync } from "node:fs";
import { z } from "zod";
import { environment } from "../environment";
import { tryRead } from "../errors";
import { type ProcEntry, procEntry, procPids } from "./proc";
import { runProgram } from "./run";

/** Milliseconds that listing the processes may take. */
const patience = 10_000;

/** Bytes of a list of processes, at most. */
const maxBytes = 64 * 1024 * 1024;

export interface RunningProcess extends ProcEntry {
  /** The program's file, if visible. */
  readonly file?: string | undefined;
  /** The folder that it runs in, if visible. */
  readonly folder?: string | undefined;
}

/** Returns a process, or undefined if it is not visible. */
export type ProcessLookup = (pid: number) => RunningProcess | undefined;

/** Opens the list of processes: read directly on Linux, and listed once elsewhere. */
export async function openProcesses(): Promise<ProcessLookup> {
  const { platform } = process;
  if (platform === "linux") return fromProc;
  const listed = platform === "win32" ? await fromWindows() : await fromPs();
  const byPid = new Map(listed.map((one) => [one.pid, one]));
  return (pid) => byPid.get(pid);
}

/** Whether a process of this user sees how others were started: some machines hide it. */
export async function seesOwnProcess(): Promise<boolean> {
  const own = (await openProcesses())(process.pid);
  return own !== undefined && own.command.length > 0;
}

/** The descendants of a process. Linux only: empty elsewhere. */
export function listDescendants(pid: number): readonly RunningProcess[] {
  return procPids()
    .flatMap((other) => fromProc(other) ?? [])
    .filter(({ parent }) => parent === pid);
}

/** The environment of a process of this user, or undefined if it is not readable. Linux only. */
export function environmentOf(pid: number): Record<string, string> | undefined {
  try {
    const entries = readFileSync(`/proc/${pid}/environ`, "utf8").split("\0").filter(Boolean);
    return Object.fromEntries(
      entries.map((entry) => [entry.slice(0, entry.indexOf("=")), entry.slice(entry.indexOf("=") + 1)]),
    );
  } catch {
    return undefined;
  }
}

function fromProc(pid: number): RunningProcess | undefined {
  const entry = procEntry(pid);
  const link = (name: string) => tryRead(() => readlinkSync(`/proc/${pid}/${name}`));
  return entry && { ...entry, file: link("exe"), folder: link("cwd") };
}

/** macOS and the BSDs. Arguments with spaces are split: none of the relevant ones has any. */
async function fromPs(): Promise<readonly RunningProcess[]> {
  const text = await list("ps", ["-A", "-ww", "-o", "pid=,ppid=,args="]);
  return (text ?? "").split("\n").flatMap((line) => {
    const [, pid, parent, command = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    if (pid === undefined) return [];
    return [{ pid: Number(pid), parent: Number(parent), command: command.split(" ").filter(Boolean) }];
  });
}

const windowsProcesses = z.array(
  z.object({
    ProcessId: z.number(),
    ParentProcessId: z.number(),
    ExecutablePath: z.string().nullish(),
    CommandLine: z.string().nullish(),
  }),
);

async function fromWindows(): Promise<readonly RunningProcess[]> {
  const script =
    "Get-CimInstance Win32_Process | Select-Object ProcessId,ParentProcessId,ExecutablePath,CommandLine | ConvertTo-Json -Compress";
  const text = await list("powershell", ["-NoProfile", "-NonInteractive", "-Command", script]);
  if (text === undefined) return [];
  try {
    return windowsProcesses.parse(JSON.parse(text)).map((one) => ({
      pid: one.ProcessId,
      parent: one.ParentProcessId,
      command: wordsOf(one.CommandLine ?? ""),
      file: one.ExecutablePath ?? undefined,
    }));
  } catch {
    return [];
  }
}

/** The output of a program that lists processes; undefined if it fails. */
async function list(program: string, args: readonly string[]): Promise<string | undefined> {
  const { exitCode, stdout } = await runProgram(program, args, { env: environment(), maxBytes, patience });
  return exitCode === 0 ? stdout : undefined;
}

/** The words of a Windows command line; quotes group them. */
export function wordsOf(line: string): string[] {
  return [...line.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain ?? "");
}
