/** Writes the helper's settings to git's configuration. */
import { UserError } from "../errors";
import { askGit, reasonOf, runGit } from "./run";

interface SetupPlan {
  readonly scope: "--global" | "--local";
  readonly cwd: string;
  /** As `+ key = value` and `- key = value`. Empty if nothing would change. */
  readonly lines: readonly string[];
  readonly before: ReadonlyMap<string, readonly string[]>;
  readonly after: ReadonlyMap<string, readonly string[]>;
}

/**
 * Plans the settings to write without changing anything.
 *
 * @param settings All settings that should exist.
 * @param remove Removes them instead.
 */
export async function planSetup(
  settings: readonly (readonly [key: string, value: string])[],
  { scope, cwd, remove = false }: { scope: SetupPlan["scope"]; cwd: string; remove?: boolean },
): Promise<SetupPlan> {
  const before = new Map<string, readonly string[]>();
  const after = new Map<string, readonly string[]>();
  const lines: string[] = [];
  for (const key of new Set(settings.map(([name]) => name))) {
    const text = await askGit(["config", scope, "--null", "--get-all", key], { cwd });
    const old = text === undefined ? [] : text.split("\0").slice(0, -1);
    const next = remove ? [] : settings.filter(([name]) => name === key).map(([, value]) => value);
    if (JSON.stringify(old) === JSON.stringify(next)) continue;
    before.set(key, old);
    after.set(key, next);
    lines.push(...old.map((value) => `- ${key} = ${value}`), ...next.map((value) => `+ ${key} = ${value}`));
  }
  return { scope, cwd, lines, before, after };
}

export async function applySetup({ scope, cwd, before, after }: SetupPlan): Promise<void> {
  const set = async (args: readonly string[]) => {
    const result = await runGit(["config", scope, ...args], { cwd });
    if (result.exitCode !== 0) throw new UserError(`git config failed: ${reasonOf(result)}`);
  };
  for (const [key, values] of after) {
    if ((before.get(key) ?? []).length > 0) await set(["--unset-all", key]);
    for (const value of values) await set(["--add", key, value]);
  }
}
