#!/usr/bin/env node
/**
 * `npm create bitbucket-as-code@latest [folder]`: has the package manager run `bitbucket-as-code init` in the
 * version of this package.
 */
const { spawnSync } = require("node:child_process");
const { version } = require("./package.json");

const spec = `bitbucket-as-code@${version}`;
const agent = process.env.npm_config_user_agent ?? "";
const [program, ...before] = agent.startsWith("pnpm/")
  ? ["pnpm", "dlx", spec]
  : agent.startsWith("bun/")
    ? ["bunx", spec]
    : ["npm", "exec", "--yes", "--", spec];

const { status, error } = spawnSync(program, [...before, "init", ...process.argv.slice(2)], {
  stdio: "inherit",
  shell: process.platform === "win32",
});
if (error)
  process.stderr.write(`create-bitbucket-as-code: ${program} could not be started: ${error.message}\n`);
process.exitCode = status ?? 1;
