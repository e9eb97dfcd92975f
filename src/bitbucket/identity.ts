/** Identifies the owner of a credential by one request: a token's first letters prove nothing. */
import { z } from "zod";
import type { ReadClient } from "./client";
import { PermissionError } from "./errors";

/** The service's names of credential types, in the header `x-credential-type`. */
export const credentialKinds: Readonly<Record<string, string>> = {
  api_token: "a user's API token",
  repo_access_token: "an access token of a repository",
  project_access_token: "an access token of a project",
  workspace_access_token: "an access token of a workspace",
  oauth: "an OAuth access token",
};

export interface Identity {
  /**
   * The type according to the service: a key of `credentialKinds`, or a newer one. Undefined if it is not
   * named.
   */
  readonly kind: string | undefined;
  /** Undefined for a credential without a user. */
  readonly user:
    | { readonly uuid: string; readonly name: string; readonly nickname: string | undefined }
    | undefined;
  /** The granted scopes; undefined if the service does not name them. */
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
 * Sends one `GET /user`. Access tokens are refused with a 403, whose headers still identify them.
 *
 * @throws {AuthenticationError} if the credential is rejected, and a `ConnectionError` without a response.
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
