/** An existing stack: it is created once per run, and every project starts with a copy. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quickStart } from "../../support/quickStart";

const template = join(tmpdir(), "stack-of-every-project");
/** The engines' files outside of projects: logs, and the selected stack of each. */
const home = join(tmpdir(), "home-of-the-engine");
/** What V8 compiled of this package's bundles, which have a cache of their own. */
const cache = join(tmpdir(), "cache-of-every-project");

/** The environment that an engine requires in a folder, and that starts Node faster. */
export function engineEnv(folder: string): Record<string, string> {
  return {
    PATH: process.env.PATH ?? "",
    HOME: folder,
    NO_COLOR: "1",
    ...quickStart,
    BITBUCKET_AS_CODE_CACHE: cache,
    // The engine collects no garbage of what it allocates as it starts.
    GOGC: "off",
    GOMEMLIMIT: "1GiB",
    // Without it, the backend writes files beside the state in two steps, and a kill between them corrupts
    // it.
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "passphrase-of-the-tests",
    PULUMI_HOME: home,
    PULUMI_SKIP_UPDATE_CHECK: "true",
  };
}

/** Creates the stack to copy, in a project with a JavaScript program. */
export function makeTemplate(path: string): void {
  mkdirSync(join(template, "state"), { recursive: true });
  writeFileSync(
    join(template, "Pulumi.yaml"),
    "name: bitbucket\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.js\noptions:\n  refresh: always\n",
  );
  execFileSync("pulumi", ["stack", "init", "test", "--non-interactive"], {
    cwd: template,
    env: { ...engineEnv(template), PATH: path },
    stdio: ["ignore", "ignore", "inherit"],
  });
}

/** Fills a folder with `Pulumi.yaml` and an empty stack called `test`. */
export function copyTemplate(folder: string): void {
  cpSync(template, folder, { recursive: true });
}
