/** Selects git's credential if there are several. */
import { defaultBaseUrl } from "../bitbucket";
import { type GitServer, gitServerOf, readFlags, readProfiles } from "../credentials";
import type { Env } from "../environment";

export { type GitLogin, type GitServer, gitUsers, resolveGitLogin } from "../credentials";
export { askedByUs } from "../credentials/sources/git";

/**
 * The environment in which to look for a workspace's credential. The profile of that workspace is used,
 * unless a profile was chosen or the environment itself holds a credential.
 */
export function environmentFor(env: Env, workspace: string | undefined): Env {
  if (workspace === undefined) return env;
  const chosen =
    readFlags(env).profile ?? readFlags(env).token ?? env.BITBUCKET_PROFILE ?? env.BITBUCKET_TOKEN;
  const own = { ...env, BITBUCKET_WORKSPACE: workspace };
  if (chosen || env.BITBUCKET_OAUTH_CLIENT_SECRET) return own;
  const [name] = Object.entries(readProfiles(env).profiles).find(
    ([, profile]) => profile.workspace?.toLowerCase() === workspace.toLowerCase(),
  ) ?? [undefined];
  return name === undefined ? own : { ...own, BITBUCKET_PROFILE: name };
}

/** The servers that a credential may exist for. Queries no source. */
export function knownServers(env: Env): GitServer[] {
  const urls = [
    env.BITBUCKET_API_URL,
    ...Object.values(readProfiles(env).profiles).map(({ apiUrl }) => apiUrl),
  ];
  return [env.BITBUCKET_API_URL === undefined ? defaultBaseUrl : undefined, ...urls].flatMap((url) =>
    url === undefined ? [] : [gitServerOf(url)],
  );
}

/** The server in the environment. */
export function serverOf(env: Env): GitServer {
  return gitServerOf(env.BITBUCKET_API_URL ?? defaultBaseUrl);
}
