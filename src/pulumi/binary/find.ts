/** Finds an existing engine. */
import { access, constants } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { runProgram } from "../../process/run";
import { knownVersion } from "./knownVersion";

/** The first version whose refresh also updates a resource's inputs. */
const oldest = [3, 216, 0];

export interface Engine {
  /** The engine's binary. */
  readonly pulumi: string;
  readonly version: string;
  /** The PATH with which the engine finds its parts. */
  readonly path: string;
  readonly source: "path" | "cache" | "download" | "build";
}

/** The programs that make up an engine for this project. */
export const parts = ["pulumi", "pulumi-language-nodejs", "pulumi-resource-pulumi-nodejs"] as const;

/** The engine on PATH, if it is new enough and complete. */
export async function findEngineOnPath(env: NodeJS.ProcessEnv): Promise<Engine | undefined> {
  for (const folder of (env.PATH ?? "").split(delimiter).filter(Boolean)) {
    const engine = await engineIn(folder, "path", env);
    if (engine) return { ...engine, path: env.PATH ?? "" };
  }
  return undefined;
}

/** The engine in a folder, if it is complete and runs. */
export async function engineIn(
  folder: string,
  source: Engine["source"],
  env: NodeJS.ProcessEnv,
): Promise<Engine | undefined> {
  const suffix = process.platform === "win32" ? ".exe" : "";
  const pulumi = join(folder, `pulumi${suffix}`);
  try {
    for (const part of parts.slice(0, 2)) await access(join(folder, part + suffix), constants.X_OK);
  } catch {
    return undefined;
  }
  const version = await knownVersion(pulumi, env, () => askVersion(pulumi, env));
  if (version === undefined || !isRecent(version)) return undefined;
  return { pulumi, version, path: [folder, env.PATH].filter(Boolean).join(delimiter), source };
}

async function askVersion(pulumi: string, env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { exitCode, stdout } = await runProgram(pulumi, ["version"], {
    env: { ...env, PULUMI_SKIP_UPDATE_CHECK: "true" },
  });
  return exitCode === 0 ? stdout.trim().replace(/^v/, "") : undefined;
}

function isRecent(version: string): boolean {
  const numbers = version.split(/[.-]/).map(Number);
  for (const [index, least] of oldest.entries()) {
    const number = numbers[index] ?? 0;
    if (number !== least) return number > least;
  }
  return true;
}
