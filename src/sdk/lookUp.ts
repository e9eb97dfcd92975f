/** One read of a look-up, with its arguments checked. */
import type { ReadClient } from "../bitbucket";
import { BugError, isBug, isShapeError, messageOf, UserError } from "../errors";
import { readingClient } from "../provider/program";
import type { GetWorkspaceArgs } from "./lookupTypes";
import { defaultWorkspace } from "./workspace";

type InWorkspace<Args> = Omit<Args, "workspace"> & { readonly workspace: string };

/** The args with the default workspace. If there is none, the check of the args reports it. */
export function inWorkspace<Args extends GetWorkspaceArgs>(args: Args): InWorkspace<Args> {
  return { ...args, workspace: args.workspace ?? defaultWorkspace() ?? "" };
}

/** Performs one read, with the credential of the environment and the stack's configuration. */
export async function lookUp<Args extends object, Result>(
  name: string,
  read: (client: ReadClient, args: Args) => Promise<Result>,
  args: Args = {} as Args,
  required: readonly (keyof Args & string)[] = [],
): Promise<Result> {
  const checked = checkArgs(name, args, required);
  let client: ReturnType<typeof readingClient> | undefined;
  try {
    client = readingClient();
    return await read(client, checked);
  } catch (error) {
    if (isShapeError(error)) throw new UserError(`${name}: ${messageOf(error)}`, { cause: error });
    throw isBug(error) ? new BugError(error) : error;
  } finally {
    await client?.close();
  }
}

/** @throws {Error} if an argument is missing or not a text: a program in JavaScript has no types. */
export function checkArgs<Args extends object>(
  name: string,
  args: Args,
  required: readonly (keyof Args & string)[],
): Args {
  for (const field of required) {
    const value: unknown = args[field];
    if (typeof value === "string" && value !== "") continue;
    const way =
      field === "workspace"
        ? ": pass it, or set bitbucket:workspace in the stack's configuration, or BITBUCKET_WORKSPACE"
        : "";
    throw new UserError(`${name}: ${field} is required${way}.`);
  }
  return args;
}
