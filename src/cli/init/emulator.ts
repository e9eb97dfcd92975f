/** `emulator`: a Bitbucket Cloud on this machine. It runs as a program of its own and shares no code with this one. */
import { spawn } from "node:child_process";
import { Command } from "commander";
import { emulatorProgram } from "../shared/emulator";

export function createEmulatorCommand(): Command {
  return new Command("emulator")
    .description("Start an emulated Bitbucket Cloud: no account, no network")
    .helpOption(false)
    .allowUnknownOption()
    .allowExcessArguments()
    .argument("[options...]")
    .addHelpText(
      "after",
      `\nExamples:\n  npx bitbucket-as-code emulator\n  npx bitbucket-as-code emulator --port 0 --state bitbucket.json`,
    )
    .action((options: string[]) => {
      // Long-running, and attached to this terminal: not a case for src/process/run.ts.
      const child = spawn(process.execPath, [emulatorProgram(), ...options], {
        stdio: "inherit",
      });
      for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, () => child.kill(signal));
      child.on("exit", (code) => {
        process.exitCode = code ?? 1;
      });
    });
}
