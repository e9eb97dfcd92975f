/** The commands that work with git, as they are installed, for somebody with a home of their own and the emulator. */
import { resolve } from "node:path";
import { type Emulator, exampleTokens, startEmulator } from "../../support/emulator";
import { type Done, environmentOf, run, scratch } from "../../support/git";

/** The command line's file. */
export const cliProgram = resolve(__dirname, "../../../dist/cli/main.js");
const authorization = `Basic ${Buffer.from(`${exampleTokens.email}:${exampleTokens.admin}`).toString("base64")}`;

export class GitCommands {
  readonly home = scratch();
  readonly env: Record<string, string>;

  private constructor(readonly emulator: Emulator) {
    this.env = environmentOf(emulator, this.home);
  }

  static async start(): Promise<GitCommands> {
    return new GitCommands(await startEmulator());
  }

  close(): Promise<void> {
    return this.emulator.close();
  }

  run(args: readonly string[], more: Record<string, string> = {}, cwd = this.home): Promise<Done> {
    return run(process.execPath, [cliProgram, ...args], { cwd, env: { ...this.env, ...more } });
  }

  post(path: string, body: unknown): Promise<Response> {
    const isForm = body instanceof FormData;
    return fetch(this.emulator.url + path, {
      method: "POST",
      headers: { authorization, ...(isForm ? {} : { "content-type": "application/json" }) },
      body: isForm ? body : JSON.stringify(body),
    });
  }

  /** A commit with these files. */
  async commit(slug: string, files: Readonly<Record<string, string>>, branch = "main"): Promise<void> {
    const form = new FormData();
    for (const [name, content] of Object.entries(files)) form.set(`/${name}`, content);
    form.set("branch", branch);
    expect((await this.post(`/repositories/acme/${slug}/src`, form)).status).toBe(201);
  }
}
