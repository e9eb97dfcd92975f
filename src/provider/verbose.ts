/**
 * The engine's own verbose log holds what the engine is given: also secrets, of the configuration and of resources. In a
 * pipeline it would be kept, and shown to everybody who may see the run.
 * https://www.pulumi.com/docs/support/troubleshooting/
 */
import { basename } from "node:path";
import { environment } from "../environment";
import { UserError } from "../errors";
import { listAncestors, type ProcEntry, procEntry } from "../process/proc";

/** Why a run must not go on. Its message says what to do. */
export class VerboseLogError extends UserError {}

/**
 * @throws {VerboseLogError} in a pipeline whose engine logs verbosely.
 * @param ancestors The processes above this one, the nearest first.
 */
export function refuseVerboseLog(
  env: NodeJS.ProcessEnv = environment(),
  ancestors: () => readonly ProcEntry[] = () => listAncestors(procEntry, process.pid),
): void {
  if (!isPipeline(env)) return;
  const said = findVerboseSetting(env) ?? readVerboseFlag(findEngineCommand(ancestors()));
  if (said === undefined) return;
  throw new VerboseLogError(
    `The engine's verbose log is enabled (${said}), and this is a pipeline (${env.BITBUCKET_BUILD_NUMBER ? "BITBUCKET_BUILD_NUMBER" : "CI"} is set): ` +
      "its log would show secrets to everyone who can see the run. Nothing was changed. Disable it, or run this on your own machine.",
  );
}

/** https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/ */
function isPipeline(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env.BITBUCKET_BUILD_NUMBER) || !["", "0", "false"].includes((env.CI ?? "").toLowerCase());
}

/** The engine's program and arguments; empty where processes are not visible. */
function findEngineCommand(ancestors: readonly ProcEntry[]): readonly string[] {
  const isEngine = ({ command }: ProcEntry) => /^pulumi(\.exe)?$/.test(basename(command[0] ?? ""));
  return ancestors.find(isEngine)?.command ?? [];
}

/** Whether the engine was asked for debug messages, with a flag or a variable. Only Linux shows the flags. */
export function isDebugAsked(
  env: NodeJS.ProcessEnv = environment(),
  ancestors: () => readonly ProcEntry[] = () => listAncestors(procEntry, process.pid),
): boolean {
  if (findVerboseSetting(env) !== undefined || env.PULUMI_OPTION_DEBUG === "true") return true;
  const command = findEngineCommand(ancestors());
  return (
    readVerboseFlag(command) !== undefined || command.some((arg) => /^(-d|--debug|--debug=true)$/.test(arg))
  );
}

function findVerboseSetting(env: NodeJS.ProcessEnv): string | undefined {
  return Number(env.PULUMI_OPTION_VERBOSE) > 0
    ? `PULUMI_OPTION_VERBOSE=${env.PULUMI_OPTION_VERBOSE}`
    : undefined;
}

/** `-v=9`, `-v 9`, `-v9`, `--verbose=9`, `--verbose 9`. */
function readVerboseFlag(args: readonly string[]): string | undefined {
  for (const [index, arg] of args.entries()) {
    if (arg === "--") return undefined;
    const level =
      arg.match(/^(?:-v=?|--verbose=)(\d+)$/)?.[1] ??
      (/^(?:-v|--verbose)$/.test(arg) ? args[index + 1] : undefined);
    if (Number(level) > 0) return `${arg}${arg === "-v" || arg === "--verbose" ? ` ${level}` : ""}`;
  }
  return undefined;
}
