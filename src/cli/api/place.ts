/** The address of a request: the path, and the placeholders for the workspace and the repository in it. */

import { lookUpCredentials, workspaceBeside } from "../../credentials";
import { environment } from "../../environment";
import { parseRemote } from "../../git/urls";
import { runProgramSync } from "../../process/run";
import { type ConfigLookup, toCredentialSources } from "../../provider/configLookup";
import { UsageError } from "../shared/project";

/**
 * The path with `{workspace}` and `{repository}` filled in. `{repo_slug}`, the name in the API's
 * documentation, means the same.
 */
export function expandPlaceholders(path: string, config: ConfigLookup): string {
  return path.replace(/\{(workspace|repository|repo_slug)\}/g, (whole, name: string) => {
    const value = name === "workspace" ? workspaceHere(config) : repositoryHere(config);
    if (value !== undefined) return encodeURIComponent(value);
    throw new UsageError(
      name === "workspace"
        ? `${whole} is unknown: set BITBUCKET_WORKSPACE, or run this in a clone of a repository in Bitbucket.`
        : `${whole} is unknown: set BITBUCKET_REPO_SLUG, or run this in a clone of a repository in Bitbucket.`,
    );
  });
}

function workspaceHere(config: ConfigLookup): string | undefined {
  const { profile } = lookUpCredentials(toCredentialSources(environment(), config));
  return workspaceBeside(
    profile,
    () => environment().BITBUCKET_WORKSPACE || remoteHere(config)?.workspace || config("bitbucket:workspace"),
  );
}

function repositoryHere(config: ConfigLookup): string | undefined {
  return environment().BITBUCKET_REPO_SLUG || remoteHere(config)?.slug;
}

/** The repository of the clone in the current folder. */
export function remoteHere(config: ConfigLookup): { workspace: string; slug: string } | undefined {
  const { exitCode, stdout } = runProgramSync("git", ["remote", "get-url", "origin"], { env: environment() });
  if (exitCode !== 0) return undefined;
  return parseRemote(stdout.trim(), lookUpCredentials(toCredentialSources(environment(), config)).gitServer);
}

/** The path below the API's base URL. An absolute URL must belong to this API. */
export function requestPath(text: string, baseUrl: string): string {
  if (/^https?:/i.test(text) && !text.startsWith(`${baseUrl}/`))
    throw new UsageError(
      `${text.split("?")[0]} does not start with ${baseUrl}: the credential is not sent anywhere else.`,
    );
  const path = text.startsWith(baseUrl) ? text.slice(baseUrl.length) : text.replace(/^\/?(2\.0\/)?/, "/");
  if (/(^|\/)(\.|%2e){1,2}(\/|$)/i.test(path.split("?")[0] ?? ""))
    throw new UsageError(`${path}: a path segment cannot be "." or "..".`);
  return path;
}
