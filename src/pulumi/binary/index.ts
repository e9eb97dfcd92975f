/**
 * Provides a Pulumi engine for this machine: the one on PATH, or one that is downloaded or built once and
 * stored outside the checkout. One process sets it up, others wait for that.
 */
import { delimiter } from "node:path";
import { environment } from "../../environment";
import { messageOf, UserError } from "../../errors";
import { buildEngine } from "./build";
import { cacheFolder, findCachedEngine } from "./cache";
import { downloadEngine } from "./download";
import { type Engine, engineIn, findEngineOnPath } from "./find";
import { withSetupLock } from "./setupLock";

export type { Engine } from "./find";

/** The version to download or build if there is none. */
const engineVersion = "3.259.0";

interface EngineOptions {
  readonly env?: NodeJS.ProcessEnv;
  /** Receives progress lines. */
  readonly report?: (line: string) => void;
}

/** The places to look for an engine, as a PATH: for callers that cannot wait for `findEngine`. */
export function engineSearchPath(env: NodeJS.ProcessEnv): string {
  return [env.PATH, cacheFolder(env, engineVersion)].filter(Boolean).join(delimiter);
}

/** Finds an existing engine, on PATH or from an earlier set-up. */
export async function findEngine({ env = environment() }: EngineOptions = {}): Promise<Engine | undefined> {
  return (await findEngineOnPath(env)) ?? (await findCachedEngine(cacheFolder(env, engineVersion), env));
}

/**
 * Returns an engine, downloaded or built if necessary, which takes minutes once per machine. Throws with the
 * reason if that fails.
 */
export async function ensureEngine(options: EngineOptions = {}): Promise<Engine> {
  const { env = environment(), report = () => {} } = options;
  const there = await findEngine(options);
  if (there) return there;
  const folder = cacheFolder(env, engineVersion);
  return withSetupLock(folder, report, async () => (await findEngine(options)) ?? setUp(folder, env, report));
}

async function setUp(
  folder: string,
  env: NodeJS.ProcessEnv,
  report: (line: string) => void,
): Promise<Engine> {
  report(`Pulumi is not on PATH: version ${engineVersion} is set up in ${folder}, once.`);
  const reasons: string[] = [];
  for (const [source, make] of [
    ["download", downloadEngine],
    ["build", buildEngine],
  ] as const) {
    try {
      await make({ folder, version: engineVersion, env, report });
      const made = await engineIn(folder, source, env);
      if (made) return made;
      reasons.push(`${source}: the installed engine does not run`);
    } catch (error) {
      reasons.push(`${source}: ${messageOf(error)}`);
      report(`That failed: ${reasons.at(-1)}`);
    }
  }
  throw new UserError(
    `There is no Pulumi engine. Install Pulumi (https://www.pulumi.com/docs/install/), or Go to build the engine.\n${reasons.join("\n")}`,
  );
}
