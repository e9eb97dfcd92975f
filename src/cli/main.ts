#!/usr/bin/env node
/** The command line: one file a command. */
import { Command } from "commander";
import { PlanRefusedError } from "../planFile";
import { apiCommand } from "./api";
import { authCommand } from "./auth";
import { cachesCommand } from "./caches";
import { completionCommand } from "./completion";
import { addCredentialOptions } from "./credentialOptions";
import { demoCommand } from "./demo";
import { doctorCommand } from "./doctor";
import { driftCommand } from "./drift";
import { emulatorCommand } from "./emulator";
import { explainCommand } from "./explain";
import { forgetCommand } from "./forget";
import { gitCommand } from "./git";
import { importCommand } from "./import";
import { initCommand } from "./init";
import { migrateCommand } from "./migrate";
import { destroyCommand, previewCommand, upCommand } from "./operations";
import { packageVersion } from "./paths";
import { planCommand } from "./plan";
import { repairCommand } from "./repair";
import { reportCommand } from "./report";
import { unmanagedCommand } from "./unmanaged";
import { validateCommand } from "./validate";

/** The whole command line: what the tests walk through, and what completion is made from. */
export function createProgram(): Command {
  const program = new Command("bitbucket-as-code")
    .description(
      "Run a Bitbucket Cloud workspace as code: YAML or TypeScript, with pulumi preview and pulumi up",
    )
    .version(packageVersion())
    .showHelpAfterError("(add --help for what can be given)");
  for (const command of [
    initCommand(),
    validateCommand(),
    explainCommand(),
    previewCommand(),
    upCommand(),
    destroyCommand(),
    importCommand(),
    driftCommand(),
    planCommand(),
    forgetCommand(),
    repairCommand(),
    reportCommand(),
    apiCommand(),
    authCommand(),
    doctorCommand(),
    unmanagedCommand(),
    cachesCommand(),
    gitCommand(),
    migrateCommand(),
    completionCommand(),
    demoCommand(),
    emulatorCommand(),
  ])
    program.addCommand(command);
  addCredentialOptions(program);
  return program;
}

/** Says what went wrong, in words alone. */
function failed(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  const detail = process.env.BITBUCKET_LOG === "debug" && error instanceof Error ? `\n${error.stack}` : "";
  process.stderr.write(`bitbucket-as-code: ${message}${detail}\n`);
  process.exitCode = error instanceof PlanRefusedError ? error.exitCode : 1;
}

if (require.main === module) createProgram().parseAsync().catch(failed);
