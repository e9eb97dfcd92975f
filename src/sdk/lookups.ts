import type { ReadClient } from "../bitbucket";
import { isShapeError, messageOf, UserError } from "../errors";
import { reads } from "../live/lookups";
import { readingClient } from "../provider/program";

export {
  getIpRanges,
  type HookEvent,
  type LookedUpEnvironment,
  type LookedUpProject,
  type LookedUpRepository,
  type LookedUpWorkspace,
  type RepositoryPlace,
  reads,
  type User,
} from "../live/lookups";

type LookupFunctions = typeof reads;
type LookupFunction<Read> = Read extends (client: ReadClient, ...args: infer Args) => Promise<infer Found>
  ? (...args: Args) => Promise<Found>
  : never;

/** A lookup as a function of its own, with the credential of the environment and the stack's configuration. */
function lookup<Name extends keyof LookupFunctions>(name: Name): LookupFunction<LookupFunctions[Name]> {
  const read = reads[name] as (client: ReadClient, ...args: unknown[]) => Promise<unknown>;
  return (async (...args: unknown[]) => {
    const client = readingClient();
    try {
      return await read(client, ...args);
    } catch (error) {
      throw isShapeError(error) ? new UserError(`${name}: ${messageOf(error)}`, { cause: error }) : error;
    } finally {
      await client.close();
    }
  }) as LookupFunction<LookupFunctions[Name]>;
}

export const getCurrentUser = lookup("currentUser");
export const getUser = lookup("user");
export const getWorkspace = lookup("workspace");
export const getWorkspaceMembers = lookup("workspaceMembers");
export const getProject = lookup("project");
export const getRepository = lookup("repository");
export const getFile = lookup("file");
export const getDeploymentEnvironments = lookup("deploymentEnvironments");
export const getHookEvents = lookup("hookEvents");
export const getOidcConfiguration = lookup("oidcConfiguration");
export const getOidcKeys = lookup("oidcKeys");
