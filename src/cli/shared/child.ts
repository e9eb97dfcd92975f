/** Long-running programs; src/process/run.ts runs programs to their end. */
import { type ChildProcess, spawn } from "node:child_process";
import { UserError } from "../../errors";

/** Starts a long-running program and waits for a line that says it is ready. */
export async function start(
  command: string,
  args: readonly string[],
  options: { cwd: string; env: NodeJS.ProcessEnv; ready: RegExp; detached?: boolean },
): Promise<{ child: ChildProcess; match: RegExpMatchArray }> {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: options.detached ?? false,
  });
  const match = await new Promise<RegExpMatchArray>((resolve, reject) => {
    let output = "";
    const take = (chunk: Buffer) => {
      output += chunk.toString();
      const found = output.match(options.ready);
      if (found) resolve(found);
    };
    child.stdout.on("data", take);
    child.stderr.on("data", take);
    child.on("error", reject);
    child.on("exit", () => reject(new UserError(`${command} exited before it was ready:\n${output}`)));
  });
  return { child, match };
}
