/** Whose a credential is, proved by one request: what a token looks like proves nothing. */
import { z } from "zod";
import type { ReadClient } from "./client";
import { PermissionError } from "./errors";

/** The service's names of credentials, in the header `x-credential-type`. */
export const credentialKinds: Readonly<Record<string, string>> = {
  api_token: "a user's API token",
  repo_access_token: "an access token of a repository",
  project_access_token: "an access token of a project",
  workspace_access_token: "an access token of a workspace",
  oauth: "an OAuth access token",
};

export interface Identity {
  /** What the service says that it is: a key of `credentialKinds`, or something newer. Undefined where it does not say. */
  readonly kind: string | undefined;
  /** Undefined for what belongs to no user. */
  readonly user:
    | { readonly uuid: string; readonly name: string; readonly nickname: string | undefined }
    | undefined;
  /** The granted scopes; undefined where the service does not say. */
  readonly scopes: readonly string[] | undefined;
  /** The server's time, in milliseconds since 1970, to the second. */
  readonly serverTime: number | undefined;
}

const user = z.object({
  uuid: z.string(),
  display_name: z.string().nullish(),
  nickname: z.string().nullish(),
});

/**
 * One `GET /user`. An access token is refused it with a 403, whose headers tell what it is all the same.
 *
 * @throws {AuthenticationError} where the credential is not accepted, and a `ConnectionError` where nobody answers.
 */
export async function identifyCredential(client: ReadClient): Promise<Identity> {
  try {
    const { headers, body } = await client.fetch("/user");
    const parsed = user.safeParse(body);
    const found = parsed.success ? parsed.data : undefined;
    return {
      ...readTokenHeaders((name) => headers[name]),
      user: found && {
        uuid: found.uuid,
        name: found.display_name ?? found.nickname ?? found.uuid,
        nickname: found.nickname ?? undefined,
      },
    };
  } catch (error) {
    if (!(error instanceof PermissionError)) throw error;
    const headers = readTokenHeaders((name) => error.header(name));
    return {
      ...headers,
      scopes: headers.scopes ?? (error.granted.length > 0 ? error.granted : undefined),
      user: undefined,
    };
  }
}

function readTokenHeaders(header: (name: string) => string | undefined): Omit<Identity, "user"> {
  const time = Date.parse(header("date") ?? "");
  return {
    kind: header("x-credential-type"),
    scopes: header("x-oauth-scopes")?.split(/,\s*/).filter(Boolean),
    serverTime: Number.isNaN(time) ? undefined : time,
  };
}
