/** The paths that several kinds start from. */
import { apiPath } from "../bitbucket";
import type { Location } from "./kind";

export function workspacePath(at: Location): string {
  return apiPath`/workspaces/${at.workspace}`;
}

export function projectPath(at: Location): string {
  return apiPath`/workspaces/${at.workspace}/projects/${requireName(at, "project")}`;
}

export function repositoryPath(at: Location): string {
  return apiPath`/repositories/${at.workspace}/${requireName(at, "repository")}`;
}

export function environmentPath(at: Location): string {
  return `${repositoryPath(at)}${apiPath`/deployments_config/environments/${requireName(at, "environment")}`}`;
}

export function accountPath(at: Location): string {
  return apiPath`/users/${requireName(at, "account")}`;
}

/** A name that may have slashes in it, for the path of a page: they stay. */
export function encodeSegments(name: unknown): string {
  return String(name).split("/").map(encodeURIComponent).join("/");
}

function requireName(at: Location, name: "project" | "repository" | "environment" | "account"): string {
  const value = at[name];
  if (!value) throw new Error(`The ${name} of this path is unknown.`);
  return value;
}
