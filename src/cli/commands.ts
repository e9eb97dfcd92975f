/** The command line: one file per command. */
import "../pulumi/lightSdk";
import { Command, CommanderError } from "commander";
import { errorText, packageVersion } from "../errors";
import { keepCompiled } from "../process/keepCompiled";
import { addCredentialOptions, createOptionsCommand } from "./auth/options";
import { styleHelp } from "./shared/help";

/** In the order of the help. Each is loaded on demand: loading all of them takes a second. */
const commands: Readonly<Record<string, () => Command>> = {
  init: () => (require("./init") as typeof import("./init")).createInitCommand(),
  validate: () => (require("./plan/validate") as typeof import("./plan/validate")).createValidateCommand(),
  explain: () => (require("./plan/explain") as typeof import("./plan/explain")).createExplainCommand(),
  preview: () => (require("./plan/operations") as typeof import("./plan/operations")).createPreviewCommand(),
  up: () => (require("./plan/operations") as typeof import("./plan/operations")).createUpCommand(),
  destroy: () => (require("./plan/operations") as typeof import("./plan/operations")).createDestroyCommand(),
  import: () => (require("./init/import") as typeof import("./init/import")).createImportCommand(),
  drift: () => (require("./drift") as typeof import("./drift")).createDriftCommand(),
  listen: () => (require("./listen") as typeof import("./listen")).createListenCommand(),
  audit: () => (require("./audit") as typeof import("./audit")).createAuditCommand(),
  "access-review": () =>
    (require("./audit/accessReview") as typeof import("./audit/accessReview")).createAccessReviewCommand(),
  plan: () => (require("./plan") as typeof import("./plan")).createPlanCommand(),
  compile: () => (require("./plan/compile") as typeof import("./plan/compile")).createCompileCommand(),
  forget: () => (require("./plan/forget") as typeof import("./plan/forget")).createForgetCommand(),
  repair: () => (require("./plan/repair") as typeof import("./plan/repair")).createRepairCommand(),
  report: () => (require("./drift/report") as typeof import("./drift/report")).createReportCommand(),
  api: () => (require("./api") as typeof import("./api")).createApiCommand(),
  auth: () => (require("./auth") as typeof import("./auth")).createAuthCommand(),
  doctor: () => (require("./auth/doctor") as typeof import("./auth/doctor")).createDoctorCommand(),
  unmanaged: () =>
    (require("./drift/unmanaged") as typeof import("./drift/unmanaged")).createUnmanagedCommand(),
  caches: () => (require("./api/caches") as typeof import("./api/caches")).createCachesCommand(),
  git: () => (require("./git") as typeof import("./git")).createGitCommand(),
  migrate: () => (require("./migrate") as typeof import("./migrate")).createMigrateCommand(),
  completion: () => (require("./completion") as typeof import("./completion")).createCompletionCommand(),
  demo: () => (require("./init/demo") as typeof import("./init/demo")).createDemoCommand(),
  emulator: () => (require("./init/emulator") as typeof import("./init/emulator")).createEmulatorCommand(),
  options: createOptionsCommand,
};

/**
 * The whole command line; tests and completion walk through it.
 *
 * @param name The only command to load, if it is known. Default: all.
 */
export function createProgram(name?: string): Command {
  const program = new Command("bitbucket-as-code")
    .description("Manage Bitbucket Cloud workspaces as code, in YAML or in a Pulumi program")
    .version(packageVersion())
    .showHelpAfterError("(run with --help for usage)")
    // Options after the name of a command are that command's: init and init pipelines have some of the same name.
    .enablePositionalOptions();
  if (name === "--version" || name === "-V") return program;
  const only =
    name !== undefined && Object.hasOwn(commands, name) && name !== "completion" ? name : undefined;
  for (const [known, make] of Object.entries(commands))
    if (only === undefined || known === only) program.addCommand(make(), { hidden: known === "options" });
  addCredentialOptions(program);
  styleHelp(program);
  return program;
}

/** Prints an error, as JSON as well if the command line asks for it, and sets the exit code. */
function fail(error: unknown): void {
  // Loaded here alone: it loads what knows the YAML.
  const { describeFailure, exitCodeOfError, wantsJson } =
    require("./shared/output/failure") as typeof import("./shared/output/failure");
  const { hasPrintedJson, printOutput } =
    require("./shared/output/print") as typeof import("./shared/output/print");
  process.exitCode = exitCodeOfError(error);
  // Commander has printed its own messages, help and version among them.
  if (!(error instanceof CommanderError)) process.stderr.write(`bitbucket-as-code: ${errorText(error)}\n`);
  if (process.exitCode !== 0 && wantsJson(process.argv) && !hasPrintedJson())
    printOutput("failure", describeFailure(error));
}

/** What reads the output may end first, as `head` does. The command continues: an apply must not end halfway. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

/** Commands that run much of what is here: the next process starts with what V8 has compiled of it. */
const large: readonly (string | undefined)[] = ["preview", "up", "drift"];

/** Runs the command that this process was started for. */
export function runCommandLine(): void {
  process.stdout.on("error", ignoreClosedPipe);
  process.stderr.on("error", ignoreClosedPipe);
  const [, , name] = process.argv;
  const keep = () => {
    if (large.includes(name)) keepCompiled();
  };
  void createProgram(name).parseAsync().then(keep, fail);
}
