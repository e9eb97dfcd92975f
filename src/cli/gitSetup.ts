/** `git setup`: tells git to ask the credential helper for Bitbucket. */
import { Command } from "commander";
import { helperSettings, helperValue } from "../git/helperSettings";
import { serverOf } from "../git/login";
import { askGit, reasonOf, runGit } from "../git/run";
import { agreed } from "./ask";
import { compiled } from "./paths";

interface Options {
  readonly local?: boolean;
  readonly remove?: boolean;
  readonly dryRun?: boolean;
  readonly yes?: boolean;
}

/** The helper's own file. */
export const helperProgram = compiled("cli", "gitCredential.js");

export function gitSetupCommand(): Command {
  return new Command("setup")
    .description(
      "Tell git to take its credentials for Bitbucket from here, so that none stands in a URL or a file",
    )
    .option("--local", "for the clone in this folder alone, and not for all of yours")
    .option("--remove", "take the settings away again")
    .option("--dry-run", "show what would be set, and set nothing")
    .option("-y, --yes", "do not ask")
    .action(async (options: Options) => {
      const scope = options.local ? "--local" : "--global";
      const settings = helperSettings(serverOf(process.env), helperValue(helperProgram, process.env));
      const keys = [...new Set(settings.map(([key]) => key))];
      const cwd = process.cwd();
      const before = new Map<string, string[]>();
      for (const key of keys) {
        const text = await askGit(["config", scope, "--null", "--get-all", key], { cwd });
        if (text !== undefined) before.set(key, text.split("\0").slice(0, -1));
      }
      const wanted = new Map(
        keys.map((key) => [
          key,
          options.remove ? [] : settings.filter(([name]) => name === key).map(([, value]) => value),
        ]),
      );
      const lines = keys.flatMap((key) => {
        const [old, next] = [before.get(key) ?? [], wanted.get(key) ?? []];
        if (JSON.stringify(old) === JSON.stringify(next)) return [];
        return [...old.map((value) => `- ${key} = ${value}`), ...next.map((value) => `+ ${key} = ${value}`)];
      });
      if (lines.length === 0) {
        process.stdout.write(options.remove ? "Nothing of it is set.\n" : "It is set already.\n");
        return;
      }
      process.stdout.write(`${lines.join("\n")}\n`);
      if (options.dryRun) return;
      if (
        !(await agreed(
          `Write this to git's ${options.local ? "local" : "global"} configuration?`,
          options.yes,
        ))
      ) {
        process.stderr.write("Nothing was changed.\n");
        process.exitCode = 1;
        return;
      }
      for (const key of keys) {
        const old = before.get(key);
        if (old) await set(["--unset-all", key]);
        for (const value of wanted.get(key) ?? []) await set(["--add", key, value]);
      }
      process.stdout.write(
        options.remove
          ? "Git does not ask here any more.\n"
          : 'Git asks here from now on. Try it with "git ls-remote <a clone URL>"; "bitbucket-as-code auth status" shows which credential counts.\n',
      );

      async function set(args: readonly string[]): Promise<void> {
        const result = await runGit(["config", scope, ...args], { cwd });
        if (result.exitCode !== 0) throw new Error(`git config failed: ${reasonOf(result)}`);
      }
    });
}
