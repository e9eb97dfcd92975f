/**
 * What the stack's state holds, for the provider: the engine does not tell it. Asked for only once something has
 * vanished, through the program of the engine that started this process.
 */
import { execFile } from "node:child_process";
import { readFileSync, readlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { z } from "zod";
import { kinds } from "../kinds";
import type { HeldObject } from "../live";
import { describe } from "./errors";
import { typeToken } from "./type";
import { complete } from "./values";

const execute = promisify(execFile);

/** Milliseconds that an export may take, at most. */
const longest = 120_000;

/** Bytes of a state, at most. */
const mostBytes = 512 * 1024 * 1024;

const exported = z.object({
  deployment: z
    .object({
      resources: z
        .array(
          z.object({
            type: z.string(),
            id: z.string().optional(),
            outputs: z.record(z.string(), z.unknown()).optional(),
            external: z.boolean().optional(),
          }),
        )
        .optional(),
    })
    .nullish(),
});

/** The resources in the state of the run that this process belongs to, or undefined where they cannot be read. */
export async function heldByRun(
  env: NodeJS.ProcessEnv,
  engine: Engine | undefined = engineOf(process.ppid),
): Promise<readonly HeldObject[] | undefined> {
  if (!engine) return undefined;
  try {
    return heldIn(JSON.parse(await textOf(env, engine)));
  } catch {
    return undefined;
  }
}

async function textOf(env: NodeJS.ProcessEnv, { program, stack }: Engine): Promise<string> {
  // A run over several shards has read the states already.
  const name = stack?.split("/").at(-1);
  if (env.BITBUCKET_STATES && name !== undefined) {
    try {
      return readFileSync(join(env.BITBUCKET_STATES, `${name}.state.json`), "utf8");
    } catch {
      // Then the engine is asked.
    }
  }
  const args = ["stack", "export", ...(stack === undefined ? [] : ["--stack", stack])];
  const { stdout } = await execute(program, args, { env, maxBuffer: mostBytes, timeout: longest });
  return stdout;
}

function heldIn(state: unknown): readonly HeldObject[] {
  const byType = new Map(kinds.map((kind) => [typeToken(kind), kind]));
  return (exported.parse(state).deployment?.resources ?? []).flatMap(
    ({ type, id = "", outputs = {}, external }) => {
      const kind = byType.get(type);
      if (!kind || external) return [];
      const values = complete(kind, outputs);
      return [{ kind, id, values, name: describe(kind, values) }];
    },
  );
}

interface Engine {
  /** The path of its program. */
  readonly program: string;
  /** The stack that it was told to work on. Undefined: the selected one. */
  readonly stack: string | undefined;
}

/** A shell stands between the engine and its provider: so many processes above this one are looked at. */
const generations = 5;

interface ProcessInfo {
  readonly program: string;
  readonly args: readonly string[];
  readonly parent: number;
}

/** The engine that this process, or the next one above it, is; where that can be seen. */
export function engineOf(
  pid: number,
  read: (pid: number) => ProcessInfo | undefined = readProcess,
): Engine | undefined {
  let known = read(pid);
  for (let left = generations; known && left > 0; left -= 1) {
    const { program, args, parent } = known;
    if (/(?:^|[/\\])pulumi(?:\.exe)?$/.test(program)) {
      const at = args.findIndex((arg) => arg === "--stack" || arg === "-s");
      const joined = args.find((arg) => arg.startsWith("--stack="))?.slice("--stack=".length);
      return { program, stack: joined ?? (at >= 0 ? args[at + 1] : undefined) };
    }
    known = read(parent);
  }
  return undefined;
}

/** A process from /proc: where there is none, what the run has looked at has to do. */
function readProcess(pid: number): ProcessInfo | undefined {
  try {
    const args = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0").slice(1);
    // The name in parentheses may hold anything.
    const rest = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
    return { program: readlinkSync(`/proc/${pid}/exe`), args, parent: Number(rest[1]) };
  } catch {
    return undefined;
  }
}
