/**
 * A new user's walk, from an empty folder to a pipeline: what the package prints is what is run next. The times are
 * printed, and nothing is asserted about them.
 */
import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join, resolve } from "node:path";
import { exampleTokens } from "../../packages/emulator/src";
import { type Emulator, startEmulator } from "../support/emulator";
import { type Registry, startRegistry } from "../support/registry";
import { grow } from "./support/grownWorkspace";
import { engineEnv } from "./support/stack";

jest.setTimeout(600_000);

const checkout = resolve(__dirname, "..", "..");

interface Step {
  readonly output: string;
  readonly exitCode: number | null;
}

let folder: string;
let registry: Registry;
let tarball: string;
let emulator: Emulator;
const times: string[] = [];

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "walk-"));
  const packed = pack(checkout);
  tarball = packed.file;
  registry = await startRegistry([packed, pack(join(checkout, "packages", "create-bitbucket-as-code"))]);
  // This package's own commands are found as a user's npm puts them there, and in no other way.
  mkdirSync(join(folder, "home"));
});
afterAll(async () => {
  // npm did not ask for the SDK that is for a later Node.js.
  expect(registry.missing.filter((path) => path.startsWith("@pulumi/pulumi"))).toEqual([]);
  await registry.close();
  rmSync(folder, { recursive: true, force: true });
  process.stdout.write(`${times.join("\n")}\n`);
});
beforeEach(async () => {
  emulator = await startEmulator();
  await grow({
    url: emulator.url,
    authorization: `Basic ${Buffer.from(`${exampleTokens.email}:${exampleTokens.admin}`).toString("base64")}`,
    repositories: 2,
    variables: 1,
  });
});
afterEach(() => emulator.close());

function pack(from: string): { file: string; manifest: unknown } {
  const printed = execFileSync(
    "npm",
    ["pack", "--json", "--ignore-scripts", "--loglevel=error", "--pack-destination", folder],
    { cwd: from, encoding: "utf8" },
  );
  const [{ filename }] = JSON.parse(printed) as [{ filename: string }];
  const manifest: unknown = JSON.parse(readFileSync(join(from, "package.json"), "utf8"));
  return { file: join(folder, filename), manifest };
}

/** Somebody in a folder of their own. */
class Walk {
  readonly cwd: string;
  readonly #env: Record<string, string>;

  constructor(readonly title: string) {
    this.cwd = join(folder, title, "acme");
    mkdirSync(this.cwd, { recursive: true });
    const engine = engineEnv(join(folder, title));
    mkdirSync(join(folder, title, "state"));
    this.#env = {
      ...engine,
      PATH: [dirname(process.execPath), engine.PATH].join(delimiter),
      HOME: join(folder, "home"),
      npm_config_registry: registry.url,
      npm_config_cache: join(folder, "cache"),
      npm_config_audit: "false",
      npm_config_fund: "false",
      npm_config_update_notifier: "false",
      BITBUCKET_API_URL: emulator.url,
      BITBUCKET_EMAIL: exampleTokens.email,
      BITBUCKET_TOKEN: exampleTokens.admin,
    };
  }

  /** Runs a line in a shell, as it is printed. */
  async run(line: string): Promise<Step> {
    const began = Date.now();
    const child = spawn("sh", ["-c", line], {
      cwd: this.cwd,
      env: this.#env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    const exitCode = await new Promise<number | null>((done) => child.on("close", done));
    times.push(`  ${this.title}: ${((Date.now() - began) / 1000).toFixed(1).padStart(5)} s  ${line}`);
    return { output, exitCode };
  }

  async succeed(line: string): Promise<string> {
    const { output, exitCode } = await this.run(line);
    expect({ line, output, exitCode }).toEqual({ line, output, exitCode: 0 });
    return output;
  }

  read(path: string): string {
    return readFileSync(join(this.cwd, path), "utf8");
  }

  edit(path: string, from: RegExp, to: string): void {
    const before = this.read(path);
    const after = before.replace(from, to);
    expect(after).not.toBe(before);
    writeFileSync(join(this.cwd, path), after);
  }
}

/** The folder whose `node_modules` npm has made. */
let installed: string | undefined;

/** Installs the package into an empty folder: once by npm, then by moving what npm has made from the walk before. */
async function install(walk: Walk): Promise<void> {
  const from = installed;
  installed = walk.cwd;
  if (from !== undefined) {
    for (const name of ["package.json", "package-lock.json"])
      cpSync(join(folder, "manifests", name), join(walk.cwd, name));
    return renameSync(join(from, "node_modules"), join(walk.cwd, "node_modules"));
  }
  const printed = await walk.succeed(`npm install ${tarball}`);
  // Newer versions of npm name every script of a package, and Pulumi's dependencies have one.
  expect(printed.replace(/^npm warn install-scripts.*\n/gm, "")).not.toMatch(/warn/i);
  for (const name of ["package.json", "package-lock.json"])
    cpSync(join(walk.cwd, name), join(folder, "manifests", name));
}

/**
 * Puts what the package depends on, but not the package, where `npm create` installs it: beside the project, and where
 * npm keeps what it runs (libnpmexec). Where npm looks elsewhere, it installs all of it again, and takes longer.
 */
function installDependencies(walk: Walk): void {
  if (installed === undefined) return;
  const from = join(installed, "node_modules");
  rmSync(join(from, "bitbucket-as-code"), { recursive: true });
  rmSync(join(from, ".bin", "bitbucket-as-code"), { force: true });
  rmSync(join(from, ".package-lock.json"), { force: true });
  const { version } = JSON.parse(readFileSync(join(checkout, "package.json"), "utf8"));
  const key = createHash("sha512").update(`bitbucket-as-code@${version}`).digest("hex").slice(0, 16);
  const kept = join(folder, "cache", "_npx", key);
  mkdirSync(kept, { recursive: true });
  execFileSync("cp", ["-R", from, join(kept, "node_modules")]);
  renameSync(from, join(walk.cwd, "node_modules"));
  installed = undefined;
}

/** The commands that `init` printed, without what they are for. */
function nextCommands(output: string): string[] {
  const [, after = ""] = output.split("\nNext:\n");
  return after.split("\n").flatMap((line) => line.match(/^ {2}(\S.*?)(?: {2,}#.*)?$/)?.[1] ?? []);
}

async function changeByHand(): Promise<void> {
  const response = await fetch(`${emulator.url}/repositories/acme/svc-0`, {
    method: "PUT",
    headers: {
      authorization: `Basic ${Buffer.from(`${exampleTokens.email}:${exampleTokens.admin}`).toString("base64")}`,
      "content-type": "application/json",
    },
    body: JSON.stringify({ description: "changed by hand" }),
  });
  expect(response.status).toBe(200);
}

test("from an empty folder to a pipeline, with YAML", async () => {
  const walk = new Walk("YAML");
  await install(walk);
  const created = await walk.succeed("npx bitbucket-as-code init --yes");
  expect(created).toContain("Wrote Pulumi.yaml, stacks/acme.yaml, .gitignore, README.md.");
  const [doctor = "", imports = "", preview = "", ...others] = nextCommands(created);
  expect(others).toEqual([]);
  expect(await walk.succeed(doctor)).toMatch(/credential/);
  expect(await walk.succeed(imports)).toMatch(/objects of the workspace are declared/);
  expect(await walk.succeed(preview)).toMatch(/^\d+ unchanged, /m);
  const writes = () => emulator.requests.filter(({ method }) => method !== "GET").length;
  const before = writes();
  walk.edit("stacks/acme.yaml", /^( {2}svc-0:\n(?: {4}.*\n)*? {4}description: ).*$/m, "$1Edited in YAML");
  expect(await walk.succeed(preview)).toMatch(/~ Repository svc-0 \(description\)[\s\S]*^1 to update, /m);
  expect(writes()).toBe(before);
  expect(await walk.succeed("npx bitbucket-as-code up acme --yes")).toMatch(/^1 updated, /m);
  await changeByHand();
  const drift = await walk.run("npx bitbucket-as-code drift acme");
  expect(drift.output).toMatch(/svc-0[\s\S]*changed by hand/);
  expect(drift.exitCode).toBe(2);
  expect(await walk.succeed("npx bitbucket-as-code init pipelines")).toMatch(
    /bitbucket-pipelines\.yml is written/,
  );
});

test("from an empty folder to drift, with TypeScript and the compiler that Pulumi brings", async () => {
  const walk = new Walk("TypeScript");
  await install(walk);
  const created = await walk.succeed("npx bitbucket-as-code init --yes --language typescript");
  const [init = "", doctor = "", imports = "", preview = "", ...others] = nextCommands(created);
  expect(others).toEqual([]);
  await walk.succeed(init);
  await walk.succeed(doctor);
  // The program as it was written reads the workspace, and declares none of the resources.
  expect(await walk.succeed(preview)).toMatch(/name\s*: "/);
  expect(await walk.succeed(imports)).toMatch(/written: index\.ts/);
  expect(await walk.succeed(preview)).toMatch(/Resources:\n\s+\d+ unchanged/);
  walk.edit("index.ts", /(name: "svc-0",\n(?: {2}.*\n)*? {2}description: ).*,/, '$1"Edited in TypeScript",');
  // Its types were checked by the previews before.
  const quick = "PULUMI_NODEJS_TRANSPILE_ONLY=true";
  expect(await walk.succeed(`${quick} pulumi up --stack acme --yes --skip-preview`)).toMatch(/~ 1 updated/);
  await changeByHand();
  expect(await walk.succeed(`${quick} ${preview}`)).toMatch(/~ 1 to update/);
  expect(() => walk.read("node_modules/typescript/package.json")).toThrow("ENOENT");
});

test("npm create writes the same project as init does", async () => {
  const walk = new Walk("create");
  installDependencies(walk);
  const created = await walk.succeed("npm create bitbucket-as-code@latest . -- --yes --program node");
  expect(nextCommands(created)).toHaveLength(3);
  expect(walk.read("index.js")).toContain('require("bitbucket-as-code/program")');
  expect(walk.read("node_modules/bitbucket-as-code/package.json")).toContain('"bitbucket-as-code"');
  // A pipeline runs npm ci, which takes a lock file.
  rmSync(join(walk.cwd, "package-lock.json"));
  const told = await walk.succeed("npx bitbucket-as-code init pipelines");
  const [, command = ""] = /needs a package-lock\.json: (npx .*) writes it\./.exec(told) ?? [];
  expect(await walk.succeed(command)).not.toMatch(/npm ci/);
  expect(walk.read("package-lock.json")).toContain('"node_modules/bitbucket-as-code"');
});
