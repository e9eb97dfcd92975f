/** Checks whether a workspace was marked for acceptance runs, and who owns the credential. */
import { z } from "zod";
import { apiPath, identifyCredential, NotFoundError, type ReadClient } from "../src/bitbucket";

/** The project that somebody must create by hand in a workspace to allow writes. */
export const marker = { key: "BAC_ACCEPTANCE", name: "Acceptance of bitbucket-as-code" } as const;

export class NotMarkedError extends Error {
  constructor(workspace: string, found: string | undefined) {
    super(
      `The workspace ${workspace} is not marked for acceptance runs: ${
        found === undefined
          ? `it has no project ${marker.key} that this credential can read`
          : `its project ${marker.key} has another name`
      }. Nothing was written. A run creates and deletes projects, repositories, webhooks, variables and runners in it, ` +
        `so use a workspace that holds nothing else. To mark it, create a project by hand ("Create project" at ` +
        `https://bitbucket.org/${workspace}/workspace/projects/) with the name "${marker.name}" and the key ` +
        `${marker.key}, and keep it: the names of all that a run creates are derived from its UUID.`,
    );
    this.name = "NotMarkedError";
  }
}

/**
 * @returns The UUID of the marker project, from which the names of a run are derived.
 * @throws {NotMarkedError} for every other workspace.
 */
export async function markerOf(client: ReadClient, workspace: string): Promise<string> {
  try {
    const body = await client.get(apiPath`/workspaces/${workspace}/projects/${marker.key}`);
    const found = z.object({ uuid: z.string(), key: z.string(), name: z.string() }).parse(body);
    if (found.key !== marker.key || found.name !== marker.name)
      throw new NotMarkedError(workspace, found.name);
    return found.uuid;
  } catch (error) {
    if (error instanceof NotFoundError) throw new NotMarkedError(workspace, undefined);
    throw error;
  }
}

/** The UUID of the credential's own user, if it has one. */
export async function selfOf(client: ReadClient): Promise<string | undefined> {
  return (await identifyCredential(client)).user?.uuid;
}
