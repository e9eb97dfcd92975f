/**
 * Checks the package that is published: packs it, installs the tarball in an empty folder without any install script,
 * and runs the demo from it, with this Node and with the newest one that the registry has.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-package-"));
const quiet = ["--no-audit", "--no-fund", "--no-progress", "--ignore-scripts", "--loglevel=error"];

try {
  npm(["pack", "--silent", "--ignore-scripts", "--pack-destination", folder], root);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  if (!tarball) throw new Error("npm pack made no tarball");
  checkContents(join(folder, tarball));
  const installed = empty("installed");
  npm(["install", ...quiet, join(folder, tarball)], installed);
  for (const node of [process.execPath, newestNode()]) demo(node, installed);
} catch (error) {
  console.error(`The package is not fit to be published: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** What must be in it, and what must not. */
function checkContents(tarball) {
  const names = execFileSync("tar", ["-tzf", tarball], { encoding: "utf8" }).trim().split("\n");
  for (const needed of [
    "package/dist/cli/main.js",
    "package/dist/index.d.ts",
    "package/README.md",
    "package/LICENSE",
  ])
    if (!names.includes(needed)) throw new Error(`${needed} is not in it`);
  const strange = names.filter((name) =>
    /\/(test|node_modules|bench|\.ci)\/|\.ts$(?<!\.d\.ts)|\.env|\.pem$/.test(name),
  );
  if (strange.length > 0) throw new Error(`it holds what it should not: ${strange.slice(0, 5).join(", ")}`);
}

function newestNode() {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const into = empty("node");
  npm(["install", ...quiet, `${name}@latest`], into);
  return join(into, "node_modules", name, "bin", "node");
}

function demo(node, cwd) {
  const version = execFileSync(node, ["--version"], { encoding: "utf8" }).trim();
  const began = Date.now();
  const main = join("node_modules", "bitbucket-as-code", "dist", "cli", "main.js");
  const { status, stdout, stderr } = spawnSync(node, [main, "demo"], {
    cwd,
    // The engine takes the Node that is first on PATH.
    env: { ...process.env, PATH: `${dirname(node)}${delimiter}${process.env.PATH}` },
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`the demo failed with Node ${version}:\n${stdout}${stderr}`);
  console.log(
    `The demo from the package passed with Node ${version}, ${Math.round((Date.now() - began) / 1000)} s`,
  );
}

function empty(name) {
  const made = join(folder, name);
  mkdirSync(made);
  writeFileSync(join(made, "package.json"), '{ "private": true }\n');
  return made;
}

function npm(args, cwd) {
  const { status, stdout, stderr } = spawnSync("npm", args, {
    cwd,
    encoding: "utf8",
    shell: process.platform === "win32",
  });
  if (status !== 0) throw new Error(`npm ${args[0]} failed:\n${stdout}${stderr}`);
}
