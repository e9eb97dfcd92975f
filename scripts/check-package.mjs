/**
 * Checks the published packages. Packs them and installs the tarballs in empty folders: the main one alone, which
 * must work without the emulator and install none of its server, and then the emulator beside it. With every supported
 * release of Node and the npm that comes with it, an installation prints no warning and has only packages that support
 * that Node, and the command line starts. The demo runs as installed by the oldest supported Node and by the newest one in the registry,
 * which get different versions of Pulumi's SDK. An installation mostly waits for the registry, so they run side by side.
 */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import semver from "semver";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const main = join("node_modules", "bitbucket-as-code", "dist", "cli", "main.js");
const folder = mkdtempSync(join(tmpdir(), "bitbucket-as-code-package-"));
const quiet = ["--no-audit", "--no-fund", "--no-progress", "--ignore-scripts", "--loglevel=error"];

/** Releases of Node, and the npm that comes with them: https://nodejs.org/dist/index.json */
const releases = [
  { node: "20.18.1", npm: "10.8.2" },
  { node: "22", npm: "10.9.2" },
  { node: "24", npm: "11.6.2" },
];

/** The maximum number of packages that the main one installs: most of them are Pulumi's own. */
const mostPackages = 240;

/** The folder of each package from the registry that was asked for. */
const installed = new Map();

const all = [...releases, { node: "latest", npm: releases.at(-1).npm }];

try {
  const packing = pack(root, [
    "dist/cli/main.js",
    "dist/index.d.ts",
    "data/operation-scopes.tsv",
    "container/Containerfile",
    "emulator.js",
    "emulator.d.ts",
  ]);
  const packingEmulator = pack(join(root, "packages", "emulator"), [
    "dist/main.js",
    "dist/index.d.ts",
    "dist/operation-scopes.tsv",
  ]);
  // Packing keeps one core busy, and installing the tools waits for the registry.
  const tools = all.flatMap(({ node, npm }) => [nodeOf(node), installOnce(`npm@${npm}`)]);
  const [tarball, emulator] = await allEnded([packing, packingEmulator, ...tools]);
  const quietly = all.map((release) => checkQuiet(release, tarball, emulator));
  const checks = [
    checkBoth(quietly[0]),
    ...quietly.map(async (release) => (await release).line),
    ...[quietly[0], quietly.at(-1)].map(demo),
  ];
  // Each one ends, so that none writes to the folder while it is removed.
  const ended = await Promise.allSettled(checks);
  for (const { value } of ended) if (value !== undefined) console.log(value);
  for (const reason of new Set(ended.map((one) => one.reason))) if (reason !== undefined) fail(reason);
} catch (error) {
  fail(error);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

/** Fails only once all have ended, so that none writes to the folder while it is removed. */
async function allEnded(promises) {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

function fail(error) {
  console.error(`The packages are not fit to be published: ${error.message}`);
  process.exitCode = 1;
}

/** Returns the tarball of a package, after a check of its required and forbidden content. */
async function pack(from, needed) {
  const [packed] = JSON.parse(
    await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], from),
  );
  const names = packed.files.map(({ path }) => path);
  for (const name of ["README.md", "LICENSE", ...needed])
    if (!names.includes(name)) throw new Error(`${packed.name}: ${name} is not in it`);
  const strange = names.filter(
    (name) =>
      !name.startsWith("templates/") &&
      /(^|\/)(test|node_modules|bench|\.ci|dist\/emulator)\/|\.ts$(?<!\.d\.ts)|\.env|\.pem$|\.tsbuildinfo$/.test(
        name,
      ),
  );
  if (strange.length > 0)
    throw new Error(`${packed.name}: it holds what it should not: ${strange.slice(0, 5).join(", ")}`);
  return join(folder, packed.filename);
}

async function install(name, ...tarballs) {
  const into = empty(name);
  await npm(["install", ...quiet, ...tarballs], into);
  return into;
}

/**
 * Checks the main package without the emulator: it is small, it works, and it says how to install the
 * emulator.
 */
async function checkAlone(node, cwd) {
  const { packages } = JSON.parse(readFileSync(join(cwd, "node_modules", ".package-lock.json"), "utf8"));
  const names = Object.keys(packages).map((path) => path.slice(path.lastIndexOf("node_modules/") + 13));
  const server = names.filter((name) => /fastify|find-my-way|^pino|^bitbucket-as-code-emulator$/.test(name));
  if (server.length > 0) throw new Error(`it installs the emulator's packages: ${server.join(", ")}`);
  if (names.length > mostPackages)
    throw new Error(`it installs ${names.length} packages; ${mostPackages} are allowed`);
  const help = await run(node, [main, "--help"], cwd);
  if (help.status !== 0 || !help.stdout.includes("Usage: npx bitbucket-as-code"))
    throw new Error(`--help failed:\n${help.stdout}${help.stderr}`);
  const howToGetIt = `npm install --save-dev bitbucket-as-code-emulator@${version}`;
  for (const args of [
    [main, "emulator"],
    [main, "demo"],
    ["-e", 'require("bitbucket-as-code/emulator")'],
  ]) {
    const { status, stdout, stderr } = await run(node, args, cwd);
    if (status === 0 || !stderr.includes(howToGetIt))
      throw new Error(`"${args.join(" ")}" does not say how to get the emulator:\n${stdout}${stderr}`);
  }
  return `bitbucket-as-code alone installs ${names.length} packages`;
}

/** Checks the emulator under its three names: the library's, the main package's, and its own program. */
async function checkBoth(release) {
  const { node, cwd } = await release;
  const script = `for (const name of ["bitbucket-as-code-emulator", "bitbucket-as-code/emulator"])
    require(name).startEmulator().then((emulator) => emulator.close());`;
  const program = join("node_modules", "bitbucket-as-code-emulator", "dist", "main.js");
  for (const args of [
    ["-e", script],
    [program, "--help"],
    [main, "emulator", "--help"],
  ]) {
    const { status, stdout, stderr } = await run(node, args, cwd);
    if (status !== 0) throw new Error(`"${args.join(" ")}" failed:\n${stdout}${stderr}`);
  }
}

/**
 * Installs as a user does, with a release of Node and its npm: it has to say nothing but what was added.
 *
 * The emulator is added after the main package: two installations of all would unpack the same 240 packages twice.
 *
 * @returns Node, the folder with both packages, and what to say about it.
 */
async function checkQuiet(release, tarball, emulator) {
  const tool = `npm@${release.npm}`;
  const [node, tools] = await Promise.all([nodeOf(release.node), installOnce(tool)]);
  const path = `${dirname(node)}${delimiter}${process.env.PATH}`;
  const program = join(tools, "node_modules", "npm", "bin", "npm-cli.js");
  const cwd = empty(`quiet-${release.node}`);
  const checkInstalled = async (added, project) => {
    const args = [program, "install", "--no-audit", "--no-fund", "--no-update-notifier", added];
    const { status, stdout, stderr } = await run(node, args, cwd, { PATH: path });
    // What the settings of this machine hold is not the package's to answer for.
    const warned = stderr.replace(/^npm warn Unknown (env|user) config .*$/gm, "");
    if (status !== 0 || /warn/i.test(warned))
      throw new Error(
        `npm ${release.npm} on Node ${release.node} does not install it quietly:\n${stdout}${stderr}`,
      );
    checkEngines(cwd, (await run(node, ["--version"], cwd)).stdout.trim());
    const commands = join(cwd, main);
    const help = await run(node, [commands, "init", "--help"], cwd, { PATH: path });
    const init = [commands, "init", "--yes", "--no-install", "--workspace", "acme"];
    const made = await run(node, init, project, { PATH: path });
    if (help.status !== 0 || made.status !== 0)
      throw new Error(`init failed on Node ${release.node}:\n${help.stderr}${made.stdout}${made.stderr}`);
  };
  await checkInstalled(tarball, empty(`project-${release.node}`));
  if (release === releases[0]) console.log(await checkAlone(node, cwd));
  await checkInstalled(emulator, cwd);
  const sdk = JSON.parse(
    readFileSync(join(cwd, "node_modules", "@pulumi", "pulumi", "package.json"), "utf8"),
  );
  const line = `npm ${release.npm} on Node ${release.node} installs it without a warning, with @pulumi/pulumi ${sdk.version}`;
  return { node, cwd, line };
}

/** Each package has to support the Node that installed it: npm takes an older version where the newest does not. */
function checkEngines(cwd, nodeVersion) {
  const { packages } = JSON.parse(readFileSync(join(cwd, "node_modules", ".package-lock.json"), "utf8"));
  const others = Object.entries(packages).filter(
    ([, { engines, optional }]) =>
      !optional && engines?.node !== undefined && !semver.satisfies(nodeVersion, engines.node),
  );
  if (others.length > 0)
    throw new Error(
      `on Node ${nodeVersion} it installs ${others.map(([path, { version, engines }]) => `${path} ${version}, which requires ${engines.node}`).join("; ")}`,
    );
}

async function nodeOf(version) {
  const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
  return join(await installOnce(`${name}@${version}`), "node_modules", name, "bin", "node");
}

/** Returns the folder that a package from the registry is installed in. */
function installOnce(spec) {
  const into = installed.get(spec) ?? install(spec.replace("@", "-"), spec);
  installed.set(spec, into);
  return into;
}

async function demo(release) {
  const { node, cwd } = await release;
  const nodeVersion = (await run(node, ["--version"], cwd)).stdout.trim();
  const began = Date.now();
  // The engine uses the first Node on PATH.
  const { status, stdout, stderr } = await run(node, [main, "demo"], cwd, {
    PATH: `${dirname(node)}${delimiter}${process.env.PATH}`,
  });
  if (status !== 0) throw new Error(`the demo failed with Node ${nodeVersion}:\n${stdout}${stderr}`);
  return `The demo from the packages passed with Node ${nodeVersion}, ${Math.round((Date.now() - began) / 1000)} s`;
}

function run(program, args, cwd, env = {}) {
  return start(program, args, { cwd, env: { ...process.env, ...env } });
}

function start(program, args, options) {
  const child = spawn(program, args, { ...options, stdio: ["ignore", "pipe", "pipe"] });
  let [stdout, stderr] = ["", ""];
  child.stdout.setEncoding("utf8").on("data", (text) => {
    stdout += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text) => {
    stderr += text;
  });
  return new Promise((done, fail) => {
    child.on("error", fail);
    child.on("close", (status) => done({ status, stdout, stderr }));
  });
}

function empty(name) {
  const made = join(folder, name);
  mkdirSync(made);
  writeFileSync(join(made, "package.json"), '{ "private": true }\n');
  return made;
}

async function npm(args, cwd) {
  const { status, stdout, stderr } = await start("npm", args, { cwd, shell: process.platform === "win32" });
  if (status !== 0) throw new Error(`npm ${args[0]} failed:\n${stdout}${stderr}`);
  return stdout;
}
