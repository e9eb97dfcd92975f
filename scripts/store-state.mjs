/**
 * Stores the output of this version, for the test that later ones can read it: `npm run store-state`, once
 * per release. Applies the example of every kind to an emulator, and writes stack, state and emulator to
 * test/upgrades/<version>.
 */
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const { exampleTokens, startEmulator } = require(join(root, "packages", "emulator", "dist"));
const { ensureEngine } = require(join(root, "dist", "pulumi", "binary"));
const { kinds } = require(join(root, "dist", "kinds"));
const { version } = require(join(root, "package.json"));

// Kinds that need commits in the repository, or a secret of `pass`.
const special = [
  "Branch",
  "Tag",
  "RepositoryFile",
  "BranchRestriction",
  "PipelineSchedule",
  "PipelineSshKeyPair",
];

const examples = (parent) =>
  kinds
    .filter(
      (kind) =>
        kind.parents.includes(parent) && kind.parentRole === undefined && !special.includes(kind.name),
    )
    .filter((kind) => kind.name !== "PipelinesConfig")
    .map((kind) => kind.yaml.example);
const indented = (text) => text.replace(/^(?=.)/gm, "    ");

const yaml = `${[
  "workspace: acme",
  "projects:\n  PLAT:\n    name: Platform",
  ...examples("project").map(indented),
  "repositories:\n  api:\n    project: PLAT\n    pipelinesEnabled: true",
  ...examples("repository").map(indented),
  "    branchRestrictions:\n      no-force: { kind: force, pattern: main }",
  ...examples("workspace"),
].join("\n")}\n`;

const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-store-"));
const emulator = await startEmulator();
try {
  const engine = await ensureEngine({ report: (line) => console.log(line) });
  const env = {
    PATH: engine.path,
    HOME: folder,
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}?metadata=skip`,
    // The tests' own: it only protects examples.
    PULUMI_CONFIG_PASSPHRASE: "passphrase-of-the-tests",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    BITBUCKET_API_URL: emulator.url,
    BITBUCKET_EMAIL: exampleTokens.email,
    BITBUCKET_TOKEN: exampleTokens.admin,
    CI_WEBHOOK_SECRET: "one",
    DEPLOY_TOKEN: "two",
  };
  const pulumi = async (...args) => {
    const command = [...args, "--non-interactive", "--color", "never"];
    return (await promisify(execFile)("pulumi", command, { cwd: folder, env })).stdout;
  };
  for (const name of ["state", "stacks", "node_modules"]) mkdirSync(join(folder, name));
  symlinkSync(join(root, "node_modules", "@pulumi"), join(folder, "node_modules", "@pulumi"));
  symlinkSync(root, join(folder, "node_modules", "bitbucket-as-code"));
  writeFileSync(join(folder, "index.js"), 'module.exports = require("bitbucket-as-code/program");');
  writeFileSync(join(folder, "package.json"), '{ "name": "users-project", "private": true }');
  writeFileSync(
    join(folder, "Pulumi.yaml"),
    "name: bitbucket\nruntime:\n  name: nodejs\n  options:\n    typescript: false\nmain: index.js\noptions:\n  refresh: always\n",
  );
  writeFileSync(join(folder, "stacks", "test.yaml"), yaml);
  await pulumi("stack", "init", "test");
  await pulumi("up", "--yes", "--skip-preview", "--stack", "test");

  const kept = join(root, "test", "upgrades", version);
  rmSync(kept, { recursive: true, force: true });
  mkdirSync(kept, { recursive: true });
  writeFileSync(join(kept, "stack.yaml"), yaml);
  const state = JSON.parse(await pulumi("stack", "export", "--stack", "test"));
  for (const resource of state.deployment.resources) {
    // They contain the machine's folders.
    delete resource.sourcePosition;
    delete resource.stackTrace;
  }
  writeFileSync(join(kept, "state.json"), `${JSON.stringify(state, null, 1)}\n`);
  writeFileSync(join(kept, "Pulumi.test.yaml"), readFileSync(join(folder, "Pulumi.test.yaml")));
  writeFileSync(join(kept, "emulator.json"), emulator.snapshot());
  console.log(`Kept in test/upgrades/${version}`);
} finally {
  await emulator.close();
  rmSync(folder, { recursive: true, force: true });
}
