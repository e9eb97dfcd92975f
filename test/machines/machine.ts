/** A machine: a checkout and a home of its own, on a state and a Bitbucket that others use as well. */
import { spawn } from "node:child_process";
import { copyFile, mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { Project, type Result } from "../e2e/support/project";
import type { StateServer } from "./backends";

export interface Run {
  readonly result: Promise<Result>;
  /** Kills the command, the engine and all their processes, as a machine that loses its power does. */
  kill(): void;
}

export class Machine {
  private constructor(
    readonly name: string,
    readonly project: Project,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  /** @param bitbucket The API's base URL. Default: an emulator of its own. */
  static async start(name: string, state: StateServer, bitbucket?: string): Promise<Machine> {
    const project = await Project.start();
    const home = join(project.folder, `home-of-${name}`);
    await mkdir(home);
    return new Machine(name, project, {
      HOME: home,
      USER: name,
      PULUMI_HOME: join(home, ".pulumi"),
      PULUMI_BACKEND_URL: state.url,
      ...state.env,
      ...(bitbucket === undefined ? {} : { BITBUCKET_API_URL: bitbucket }),
    });
  }

  /** Runs the command line of this project. */
  run(args: readonly string[], env: Readonly<Record<string, string>> = {}): Run {
    return this.#start(
      process.execPath,
      [join(this.project.checkout, "dist", "cli", "main.js"), ...args],
      env,
    );
  }

  async pulumi(args: readonly string[]): Promise<Result> {
    return this.#start("pulumi", [...args, "--non-interactive", "--color", "never"], {}).result;
  }

  /** Brings the stacks' settings into another checkout, as a commit does. */
  async push(to: Machine): Promise<void> {
    const files = (await readdir(this.project.folder)).filter((name) => /^Pulumi\..*\.yaml$/.test(name));
    for (const file of files) await copyFile(join(this.project.folder, file), join(to.project.folder, file));
  }

  close(): Promise<void> {
    return this.project.close();
  }

  #start(program: string, args: readonly string[], env: Readonly<Record<string, string>>): Run {
    const child = spawn(program, args, {
      cwd: this.project.folder,
      env: { ...this.project.env, ...this.env, ...env },
      detached: true,
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr])
      stream.on("data", (chunk: Buffer) => {
        output += chunk.toString();
      });
    return {
      result: new Promise((done, fail) => {
        child.on("error", fail);
        child.on("close", (exitCode) => done({ exitCode, output }));
      }),
      kill() {
        try {
          if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
        } catch (error) {
          if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
        }
      },
    };
  }
}
