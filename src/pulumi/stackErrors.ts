/** Why a command about a stack's state fails, and what to do. */
import { accessSync, constants, existsSync } from "node:fs";
import { dirname } from "node:path";
import { codeOf, messageOf, UserError } from "../errors";
import { explainIncompleteFiles } from "./incompleteFiles";
import { describeLock } from "./lock";

/** A state that another run has changed since it was read. Its changes must not be lost. */
export class ChangedMeanwhileError extends UserError {
  constructor(stack: string) {
    super(
      `The state of ${stack} changed during this run: another run was in progress. It was not overwritten. Run this again.`,
    );
  }
}

/** A stack that another run has locked, or a killed run has left locked. */
export class LockedError extends UserError {
  constructor(
    stack: string,
    /** The engine's description: by whom, and since when. */
    readonly said: string,
  ) {
    super(describeLock(stack, said));
  }
}

/** @param stack Undefined for a command that is not about one of them. */
export function describeDamage(stack: string | undefined): string {
  return (
    `The state${stack === undefined ? "" : ` of ${stack}`} is damaged. Restore an earlier copy; or delete its file from the ` +
    `backend, create the stack again with "pulumi stack init${stack === undefined ? "" : ` ${stack}`}", and run ` +
    '"npx bitbucket-as-code repair": it adds existing declared objects to the state. See docs/explanation/reliability.md.'
  );
}

/** The engine's message about a state file that is empty or truncated. */
export function isDamaged(said: string): boolean {
  return /failed to load checkpoint|unexpected end of JSON input/i.test(said);
}

/** Says what to do where a `file://` backend names no folder. */
export function explainMissingFolder(error: unknown): never {
  const [, url] = /unable to open state directory "([^"]*)".*no such file/.exec(messageOf(error)) ?? [];
  if (url === undefined) throw error;
  throw new UserError(
    `The folder of the state backend, ${url}, does not exist. Create it, or correct the address: "backend" in Pulumi.yaml, ` +
      "PULUMI_BACKEND_URL, or pulumi login.",
    { cause: error },
  );
}

interface FailedCommand {
  /** Undefined for a command that is not about one of them. */
  readonly stack: string | undefined;
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  /** The engine's. */
  readonly env: NodeJS.ProcessEnv;
}

/** What to do about the files of a backend that the engine cannot write, or read; undefined for other messages. */
export function explainStateFiles(said: string, { stack, root, env }: FailedCommand): string | undefined {
  return explainUnwritable(stack, said) ?? explainIncompleteFiles(said, root, env);
}

/** The engine's message about a file of a stack's state that cannot be written; undefined for other messages. */
export function explainUnwritable(stack: string | undefined, said: string): string | undefined {
  // What is written has another name first: a file that cannot be read is not meant.
  const [, file, reason] =
    /\b(?:open|write|close|sync) ([^\n]*?\/\.pulumi\/[^\n]*?\.tmp): (permission denied|read-only file system|no space left on device|disk quota exceeded)/.exec(
      said,
    ) ?? [];
  if (file === undefined || reason === undefined) return undefined;
  // A lock is the first that is written. Later, the engine's record of the run is on a full disk as well.
  const done = file.includes("/.pulumi/locks/")
    ? " Nothing was changed."
    : " More may have been changed than is counted here: what the engine did last is not recorded, and a preview shows it.";
  return describeUnwritable(stack, dirname(file), reason, done);
}

/**
 * @param folder Where the engine writes. What does not exist, it creates.
 * @throws {UserError} if this user may not write there.
 */
export function checkWritable(stack: string, folder: string): void {
  let existing = folder;
  while (!existsSync(existing) && existing !== dirname(existing)) existing = dirname(existing);
  try {
    accessSync(existing, constants.W_OK);
  } catch (error) {
    const reason = codeOf(error) === "EROFS" ? "read-only file system" : "permission denied";
    throw new UserError(describeUnwritable(stack, existing, reason, " Nothing was changed."));
  }
}

function describeUnwritable(stack: string | undefined, folder: string, reason: string, done: string): string {
  const help = /denied|read-only/.test(reason)
    ? "Give this user write access to the backend, or set another one with PULUMI_BACKEND_URL"
    : "Free space on its disk";
  return (
    `The state${stack === undefined ? "" : ` of ${stack}`} cannot be written: ${reason} in ${folder}.${done} ` +
    `${help}, and run this again.`
  );
}
