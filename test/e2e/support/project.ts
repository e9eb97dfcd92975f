/** A user's project in a folder of its own, with a real engine, a file backend and an emulator. */
import { type ChildProcess, spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { parseDocument, stringify } from "yaml";
import { compiledProject } from "../../../src/scaffold/compiledProject";
import { type Emulator, exampleTokens, startEmulator } from "../../support/emulator";
import { copyTemplate, engineEnv, type StackSecrets } from "./stack";

const checkout = resolve(__dirname, "..", "..", "..");

/** The program that runs YAML. */
export const yamlProgram = 'module.exports = require("bitbucket-as-code/program");';

export interface Result {
  readonly exitCode: number | null;
  /** Standard output and standard error. */
  readonly output: string;
}

/** The command line's standard output. On a slow machine, standard error has progress. */
export interface CliResult extends Result {
  readonly stdout: string;
}

/** The engine's state of a stack, as `pulumi stack export` prints it. */
export interface Deployment {
  readonly resources?: readonly {
    readonly urn: string;
    readonly type: string;
    readonly id?: string;
    readonly outputs?: Readonly<Record<string, unknown>>;
  }[];
  readonly pending_operations?: readonly unknown[] | null;
}

export class Project {
  readonly outputs: string[] = [];
  readonly checkout = checkout;

  private constructor(
    readonly folder: string,
    readonly emulator: Emulator,
    readonly env: Record<string, string>,
    private readonly secrets: StackSecrets,
  ) {}

  /** @param program The program's text. */
  static start(program = yamlProgram): Promise<Project> {
    return Project.#begin(program, "passphrase");
  }

  /** Its stack's key comes from the Vault of the run: a command of the engine takes 0.25 s of CPU time less. */
  static startWithVault(program = yamlProgram): Promise<Project> {
    return Project.#begin(program, "vault");
  }

  static async #begin(program: string, secrets: StackSecrets): Promise<Project> {
    const folder = await mkdtemp(join(tmpdir(), "bitbucket-as-code-test-"));
    const emulator = await startEmulator();
    await mkdir(join(folder, "node_modules"));
    await symlink(join(checkout, "node_modules", "@pulumi"), join(folder, "node_modules", "@pulumi"));
    await symlink(checkout, join(folder, "node_modules", "bitbucket-as-code"));
    copyTemplate(folder, secrets);
    const env = {
      ...engineEnv(folder),
      BITBUCKET_API_URL: emulator.url,
      BITBUCKET_EMAIL: exampleTokens.email,
      BITBUCKET_TOKEN: exampleTokens.admin,
    };
    const project = new Project(folder, emulator, env, secrets);
    await project.write("index.js", program);
    await project.write("package.json", '{ "name": "users-project", "private": true }');
    return project;
  }

  async write(path: string, text: string): Promise<void> {
    await mkdir(dirname(join(this.folder, path)), { recursive: true });
    await writeFile(join(this.folder, path), text);
  }

  read(path: string): Promise<string> {
    return readFile(join(this.folder, path), "utf8");
  }

  /** Lets Pulumi's YAML host run the stack's YAML, or, with `nodejs`, the program in `index.js`. */
  async runOn(runtime: "yaml" | "nodejs"): Promise<void> {
    const compiled = compiledProject();
    const { plugins, options } = compiled;
    const dynamic = { runtime: { name: "nodejs", options: { typescript: false } }, main: "index.js" };
    // The engine needs the native provider as long as the state holds resources of it.
    const settings = runtime === "yaml" ? compiled : { ...dynamic, plugins, options };
    await this.write("Pulumi.yaml", stringify({ name: "bitbucket", ...settings }));
  }

  /** Writes the stack's YAML. */
  yaml(text: string): Promise<void> {
    return this.write("stacks/test.yaml", text);
  }

  up(env: Record<string, string> = {}): Promise<Result> {
    return this.pulumi(["up", "--yes", "--skip-preview", "--stack", "test"], env);
  }

  preview(args: readonly string[] = [], env: Record<string, string> = {}): Promise<Result> {
    return this.pulumi(["preview", "--stack", "test", ...args], env);
  }

  /** Runs the engine to its end. An empty value unsets a variable. */
  async pulumi(args: readonly string[], env: Record<string, string> = {}): Promise<Result> {
    const { child, result } = this.start(args, env);
    child.stdin?.end();
    return result;
  }

  /** Starts the engine in a process group of its own. */
  start(
    args: readonly string[],
    env: Record<string, string> = {},
  ): { child: ChildProcess; result: Promise<Result> } {
    const whole = Object.fromEntries(
      Object.entries({ ...this.env, ...env }).filter(([, value]) => value !== ""),
    );
    const child = spawn("pulumi", [...args, "--non-interactive", "--color", "never"], {
      cwd: this.folder,
      env: whole,
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    child.stdout?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    child.stderr?.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
    const result = new Promise<Result>((done, fail) => {
      child.on("error", fail);
      child.on("close", (exitCode) => {
        this.outputs.push(output);
        done({ exitCode, output });
      });
    });
    return { child, result };
  }

  /** Runs the command line to its end, in the project's folder. */
  cli(args: readonly string[], env: Record<string, string> = {}): Promise<CliResult> {
    return this.startCli(args, () => {}, env).result;
  }

  /** @param hear Receives everything printed so far, on every change. */
  startCli(
    args: readonly string[],
    hear: (output: string) => void,
    env: Record<string, string> = {},
  ): { child: ChildProcess; result: Promise<CliResult> } {
    return this.command(process.execPath, [join(checkout, "dist", "cli", "main.js"), ...args], env, hear);
  }

  /** Starts any program in the project's folder, in a process group of its own. */
  command(
    program: string,
    args: readonly string[],
    env: Record<string, string> = {},
    hear: (output: string) => void = () => {},
  ): { child: ChildProcess; result: Promise<CliResult> } {
    const child = spawn(program, args, {
      cwd: this.folder,
      env: { ...this.env, ...env },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    let stdout = "";
    child.stdout.on("data", (chunk: Buffer) => {
      stdout += chunk.toString();
    });
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
        hear(output);
      });
    }
    const result = new Promise<CliResult>((done, fail) => {
      child.on("error", fail);
      child.on("close", (exitCode) => {
        this.outputs.push(output);
        done({ exitCode, output, stdout });
      });
    });
    return { child, result };
  }

  /** The workspace in the emulator. */
  get acme() {
    const acme = this.emulator.state.workspaces.get("acme");
    if (!acme) throw new Error("the workspace acme is not there");
    return acme;
  }

  repository(slug: string) {
    const found = this.acme.repositories.get(slug);
    if (!found) throw new Error(`there is no repository ${slug}`);
    return found;
  }

  /** A request by somebody else. */
  async somebody(method: string, path: string, body?: unknown): Promise<unknown> {
    const authorization = `Basic ${Buffer.from(`${exampleTokens.email}:${exampleTokens.admin}`).toString("base64")}`;
    const response = await fetch(this.emulator.url + path, {
      method,
      headers: { authorization, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${text}`);
    return text === "" ? undefined : JSON.parse(text);
  }

  /** Somebody else commits a file to a main branch. Returns the first 12 digits of the commit. */
  async commit(slug: string, path: string, text: string): Promise<string> {
    const authorization = `Basic ${Buffer.from(`${exampleTokens.email}:${exampleTokens.admin}`).toString("base64")}`;
    const body = new FormData();
    body.set("branch", "main");
    body.set(`/${path}`, new Blob([text]), "file");
    const address = `${this.emulator.url}/repositories/acme/${slug}/src`;
    const { ok, status } = await fetch(address, { method: "POST", headers: { authorization }, body });
    if (!ok) throw new Error(`POST ${address}: ${status}`);
    return this.repository(slug).branches.get("main")?.slice(0, 12) ?? "";
  }

  /** The writes that reached the server. */
  get writes(): string[] {
    return this.emulator.requests
      .filter(({ method }) => method !== "GET")
      .map(({ method, path }) => `${method} ${path}`);
  }

  /** The existing stacks, from the backend's files: an engine that lists them takes a fifth of a second. */
  async stacks(): Promise<string[]> {
    const names = await readdir(this.#kept());
    return names.flatMap((name) => name.match(/^(.*)\.json$/)?.[1] ?? []).sort();
  }

  /** A stack's stored state, likewise. */
  async deployment(stack = "test"): Promise<Deployment> {
    const { checkpoint } = JSON.parse(await readFile(join(this.#kept(), `${stack}.json`), "utf8"));
    return checkpoint.latest ?? {};
  }

  #kept(): string {
    return join(this.folder, "state", ".pulumi", "stacks", "bitbucket");
  }

  /** Removes the locks that killed engines have left, as `pulumi cancel` does: which takes an engine for each stack. */
  unlock(): Promise<void> {
    return rm(join(this.folder, "state", ".pulumi", "locks"), { recursive: true, force: true });
  }

  /** Sets a value of the stack's configuration that is no secret, as `pulumi config set` does. */
  async configure(name: string, value: string): Promise<void> {
    const path = "Pulumi.test.yaml";
    const settings = parseDocument(await this.read(path).catch(() => "{}"));
    settings.setIn(["config", name], value);
    await this.write(path, settings.toString());
  }

  /** As if there had never been an apply: the stack `test` is empty again, and there is no other one. */
  async startOver(): Promise<void> {
    const settings = await this.read("Pulumi.yaml");
    await rm(join(this.folder, "state"), { recursive: true });
    copyTemplate(this.folder, this.secrets);
    await this.write("Pulumi.yaml", settings);
  }

  /**
   * Keeps what an apply has made, the state and the workspace, for tests that begin with it. The function that it
   * returns brings both back, and forgets the requests: an apply takes two seconds of a processor, this nearly none.
   */
  async keep(): Promise<() => Promise<void>> {
    const copy = await mkdtemp(join(tmpdir(), "kept-state-"));
    await cp(join(this.folder, "state"), copy, { recursive: true });
    const workspace = this.emulator.snapshot();
    return async () => {
      await rm(join(this.folder, "state"), { recursive: true });
      await cp(copy, join(this.folder, "state"), { recursive: true });
      this.emulator.clearFaults();
      this.emulator.restore(workspace);
      this.emulator.requests.length = 0;
    };
  }

  /** Every file of the backend, as text. */
  async stateFiles(): Promise<string> {
    const files = await readdir(join(this.folder, "state"), { recursive: true, withFileTypes: true });
    const texts = files
      .filter((file) => file.isFile())
      .map((file) => readFile(join(file.parentPath, file.name), "utf8"));
    return (await Promise.all(texts)).join("\n");
  }

  async close(): Promise<void> {
    await this.emulator.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}
