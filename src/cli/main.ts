#!/usr/bin/env node
/** The command line: one file a command. */
import { Command } from "commander";
import { errorText, packageVersion, UserError } from "../errors";
import { addCredentialOptions } from "./auth/options";

/** In the order of the help. Each is loaded where it is wanted: all of them together take a second to start. */
const commands: Readonly<Record<string, () => Command>> = {
  init: () => (require("./init") as typeof import("./init")).initCommand(),
  validate: () => (require("./plan/validate") as typeof import("./plan/validate")).validateCommand(),
  explain: () => (require("./plan/explain") as typeof import("./plan/explain")).explainCommand(),
  preview: () => (require("./plan/operations") as typeof import("./plan/operations")).previewCommand(),
  up: () => (require("./plan/operations") as typeof import("./plan/operations")).upCommand(),
  destroy: () => (require("./plan/operations") as typeof import("./plan/operations")).destroyCommand(),
  import: () => (require("./init/import") as typeof import("./init/import")).importCommand(),
  drift: () => (require("./drift") as typeof import("./drift")).driftCommand(),
  plan: () => (require("./plan") as typeof import("./plan")).planCommand(),
  forget: () => (require("./plan/forget") as typeof import("./plan/forget")).forgetCommand(),
  repair: () => (require("./plan/repair") as typeof import("./plan/repair")).repairCommand(),
  report: () => (require("./drift/report") as typeof import("./drift/report")).reportCommand(),
  api: () => (require("./api") as typeof import("./api")).apiCommand(),
  auth: () => (require("./auth") as typeof import("./auth")).authCommand(),
  doctor: () => (require("./auth/doctor") as typeof import("./auth/doctor")).doctorCommand(),
  unmanaged: () => (require("./drift/unmanaged") as typeof import("./drift/unmanaged")).unmanagedCommand(),
  caches: () => (require("./api/caches") as typeof import("./api/caches")).cachesCommand(),
  git: () => (require("./git") as typeof import("./git")).gitCommand(),
  migrate: () => (require("./migrate") as typeof import("./migrate")).migrateCommand(),
  completion: () => (require("./completion") as typeof import("./completion")).completionCommand(),
  demo: () => (require("./init/demo") as typeof import("./init/demo")).demoCommand(),
  emulator: () => (require("./init/emulator") as typeof import("./init/emulator")).emulatorCommand(),
};

/**
 * The whole command line: what the tests walk through, and what completion is made from.
 *
 * @param name The only command that is wanted, where it is known which. Default: all.
 */
export function createProgram(name?: string): Command {
  const program = new Command("bitbucket-as-code")
    .description(
      "Run a Bitbucket Cloud workspace as code: YAML or TypeScript, with pulumi preview and pulumi up",
    )
    .version(packageVersion())
    .showHelpAfterError("(add --help for what can be given)");
  const only =
    name !== undefined && Object.hasOwn(commands, name) && name !== "completion" ? name : undefined;
  for (const [known, make] of Object.entries(commands))
    if (only === undefined || known === only) program.addCommand(make());
  addCredentialOptions(program);
  return program;
}

/** Shows an error, and sets the exit code. */
function fail(error: unknown): void {
  process.stderr.write(`bitbucket-as-code: ${errorText(error)}\n`);
  process.exitCode = error instanceof UserError ? error.exitCode : 1;
}

if (require.main === module) createProgram(process.argv[2]).parseAsync().catch(fail);
