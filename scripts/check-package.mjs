/**
 * Checks the published packages. Packs both and installs the tarballs in empty folders without any install
 * script: first the main one alone, which must work without the emulator and install none of its server; then
 * both, and the demo from them, with this Node and with the newest one in the registry.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const main = join("node_modules", "bitbucket-as-code", "dist", "cli", "main.js");
const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-package-"));
const quiet = ["--no-audit", "--no-fund", "--no-progress", "--ignore-scripts", "--loglevel=error"];

/** The maximum number of packages that the main one installs: most of them are Pulumi's own. */
const mostPackages = 240;

try {
  const tarball = pack(root, [
    "dist/cli/main.js",
    "dist/index.d.ts",
    "data/operation-scopes.tsv",
    "emulator.js",
    "emulator.d.ts",
  ]);
  const emulator = pack(join(root, "packages", "emulator"), [
    "dist/main.js",
    "dist/index.d.ts",
    "dist/operation-scopes.tsv",
  ]);
  checkAlone(install("alone", tarball));
  const both = install("both", tarball, emulator);
  checkBoth(both);
  for (const node of [process.execPath, newestNode()]) demo(node, both);
} catch (error) {
  console.error(`The packages are not fit to be published: ${error.message}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Returns the tarball of a package, after a check of its required and forbidden content. */
function pack(from, needed) {
  const [packed] = JSON.parse(
    npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], from),
  );
  const names = packed.files.map(({ path }) => path);
  for (const name of ["README.md", "LICENSE", ...needed])
    if (!names.includes(name)) throw new Error(`${packed.name}: ${name} is not in it`);
  const strange = names.filter((name) =>
    /(^|\/)(test|node_modules|bench|\.ci|dist\/emulator)\/|\.ts$(?<!\.d\.ts)|\.env|\.pem$|\.tsbuildinfo$/.test(
      name,
    ),
  );
  if (strange.length > 0)
    throw new Error(`${packed.name}: it holds what it should not: ${strange.slice(0, 5).join(", ")}`);
  return join(folder, packed.filename);
}

function install(name, ...tarballs) {
  const into = empty(name);
  npm(["install", ...quiet, ...tarballs], into);
  return into;
}

/**
 * Checks the main package without the emulator: it is small, it works, and it says how to install the
 * emulator.
 */
function checkAlone(cwd) {
  const { packages } = JSON.parse(readFileSync(join(cwd, "node_modules", ".package-lock.json"), "utf8"));
  const names = Object.keys(packages).map((path) => path.slice(path.lastIndexOf("node_modules/") + 13));
  const server = names.filter((name) => /fastify|find-my-way|^pino|^bitbucket-as-code-emulator$/.test(name));
  if (server.length > 0) throw new Error(`it installs the emulator's packages: ${server.join(", ")}`);
  if (names.length > mostPackages)
    throw new Error(`it installs ${names.length} packages; ${mostPackages} are allowed`);
  console.log(`bitbucket-as-code alone installs ${names.length} packages`);

  const help = run(process.execPath, [main, "--help"], cwd);
  if (help.status !== 0 || !help.stdout.includes("Usage: bitbucket-as-code"))
    throw new Error(`--help failed:\n${help.stdout}${help.stderr}`);
  const howToGetIt = `npm install --save-dev bitbucket-as-code-emulator@${version}`;
  for (const args of [
    [main, "emulator"],
    [main, "demo"],
    ["-e", 'require("bitbucket-as-code/emulator")'],
  ]) {
    const { status, stdout, stderr } = run(process.execPath, args, cwd);
    if (status === 0 || !stderr.includes(howToGetIt))
      throw new Error(`"${args.join(" ")}" does not say how to get the emulator:\n${stdout}${stderr}`);
  }
}

/** Checks the emulator under its three names: the library's, the main package's, and its own program. */
function checkBoth(cwd) {
  const script = `for (const name of ["bitbucket-as-code-emulator", "bitbucket-as-code/emulator"])
    require(name).startEmulator().then((emulator) => emulator.close());`;
  const program = join("node_modules", "bitbucket-as-code-emulator", "dist", "main.js");
  for (const args of [
    ["-e", script],
    [program, "--help"],
    [main, "emulator", "--help"],
  ]) {
    const { status, stdout, stderr } = run(process.execPath, args, cwd);
    if (status !== 0) throw new Error(`"${args.join(" ")}" failed:\n${stdout}${stderr}`);
  }
}

function newestNode() {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  const into = empty("node");
  npm(["install", ...quiet, `${name}@latest`], into);
  return join(into, "node_modules", name, "bin", "node");
}

function demo(node, cwd) {
  const nodeVersion = run(node, ["--version"], cwd).stdout.trim();
  const began = Date.now();
  // The engine uses the first Node on PATH.
  const { status, stdout, stderr } = run(node, [main, "demo"], cwd, {
    PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
  });
  if (status !== 0) throw new Error(`the demo failed with Node ${nodeVersion}:\n${stdout}${stderr}`);
  console.log(
    `The demo from the packages passed with Node ${nodeVersion}, ${Math.round((Date.now() - began) / 1000)} s`,
  );
}

function run(program, args, cwd, env = {}) {
  return spawnSync(program, args, { cwd, env: { ...process.env, ...env }, encoding: "utf8" });
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
  return stdout;
}
