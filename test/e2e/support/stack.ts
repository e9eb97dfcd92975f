/** An existing stack: it is created once per run, and every project starts with a copy. */
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { quickStart } from "../../support/quickStart";

/** How a stack's secrets are encrypted: by a passphrase, or by a key from the Vault of the run, which takes far less time. */
export type StackSecrets = "passphrase" | "vault";

const template = (secrets: StackSecrets) => join(tmpdir(), `stack-with-${secrets}`);
/** Where the Vault of the run is: set by the set-up of all tests. */
export const vaultAddress = "VAULT_SERVER_URL";
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
    [vaultAddress]: process.env[vaultAddress] ?? "",
    VAULT_SERVER_TOKEN: "any",
  };
}

/** Creates the stacks to copy, in projects with a JavaScript program. */
export function makeTemplates(path: string): void {
  for (const secrets of ["passphrase", "vault"] as const) {
    const folder = template(secrets);
    mkdirSync(join(folder, "state"), { recursive: true });
    writeFileSync(
      join(folder, "Pulumi.yaml"),
      "name: bitbucket\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.js\noptions:\n  refresh: always\n",
    );
    const provider = secrets === "vault" ? ["--secrets-provider", "hashivault://tests"] : [];
    execFileSync("pulumi", ["stack", "init", "test", "--non-interactive", ...provider], {
      cwd: folder,
      env: { ...engineEnv(folder), PATH: path },
      stdio: ["ignore", "ignore", "inherit"],
    });
  }
}

/** Fills a folder with `Pulumi.yaml` and an empty stack called `test`. */
export function copyTemplate(folder: string, secrets: StackSecrets): void {
  cpSync(template(secrets), folder, { recursive: true });
}
