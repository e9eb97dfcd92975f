#!/usr/bin/env node
/** The command line: one file a command. */
import { Command } from "commander";
import { redact } from "../bitbucket/redact";
import { messageOf } from "../bitbucket/shape";
import { addCredentialOptions } from "./credentialOptions";
import { packageVersion } from "./paths";

/** In the order of the help. Each is loaded where it is wanted: all of them together take a second to start. */
const commands: Readonly<Record<string, () => Command>> = {
  init: () => (require("./init") as typeof import("./init")).initCommand(),
  validate: () => (require("./validate") as typeof import("./validate")).validateCommand(),
  explain: () => (require("./explain") as typeof import("./explain")).explainCommand(),
  preview: () => (require("./operations") as typeof import("./operations")).previewCommand(),
  up: () => (require("./operations") as typeof import("./operations")).upCommand(),
  destroy: () => (require("./operations") as typeof import("./operations")).destroyCommand(),
  import: () => (require("./import") as typeof import("./import")).importCommand(),
  drift: () => (require("./drift") as typeof import("./drift")).driftCommand(),
  plan: () => (require("./plan") as typeof import("./plan")).planCommand(),
  forget: () => (require("./forget") as typeof import("./forget")).forgetCommand(),
  repair: () => (require("./repair") as typeof import("./repair")).repairCommand(),
  report: () => (require("./report") as typeof import("./report")).reportCommand(),
  api: () => (require("./api") as typeof import("./api")).apiCommand(),
  auth: () => (require("./auth") as typeof import("./auth")).authCommand(),
  doctor: () => (require("./doctor") as typeof import("./doctor")).doctorCommand(),
  unmanaged: () => (require("./unmanaged") as typeof import("./unmanaged")).unmanagedCommand(),
  caches: () => (require("./caches") as typeof import("./caches")).cachesCommand(),
  git: () => (require("./git") as typeof import("./git")).gitCommand(),
  migrate: () => (require("./migrate") as typeof import("./migrate")).migrateCommand(),
  completion: () => (require("./completion") as typeof import("./completion")).completionCommand(),
  demo: () => (require("./demo") as typeof import("./demo")).demoCommand(),
  emulator: () => (require("./emulator") as typeof import("./emulator")).emulatorCommand(),
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

/** Says what went wrong, in words alone. */
function failed(error: unknown): void {
  const message = messageOf(error);
  const detail = process.env.BITBUCKET_LOG === "debug" && error instanceof Error ? `\n${error.stack}` : "";
  process.stderr.write(redact(`bitbucket-as-code: ${message}${detail}\n`));
  // A plan that is refused has one of its own.
  process.exitCode = error instanceof Error && "exitCode" in error && error.exitCode === 3 ? 3 : 1;
}

if (require.main === module) createProgram(process.argv[2]).parseAsync().catch(failed);
