/**
 * Look-ups of existing resources that are not managed: each is one read. The equivalent in YAML is `{
 * fromBitbucket: <path>#<field> }`. `getX` takes plain values and returns a promise; `getXOutput` takes
 * outputs of other resources, and returns an output.
 *
 * This file's types are published: they refer to neither schemas nor this project's internal types.
 */
import * as pulumi from "@pulumi/pulumi";
import { getIpRanges as readIpRanges, reads } from "../live/lookups";
import { checkArgs, inWorkspace, lookUp } from "./lookUp";
import type {
  GetDeploymentEnvironmentResult,
  GetFileArgs,
  GetHookEventResult,
  GetHookEventsArgs,
  GetIpRangesArgs,
  GetOidcConfigurationResult,
  GetOidcKeysResult,
  GetProjectArgs,
  GetProjectResult,
  GetRepositoryArgs,
  GetRepositoryResult,
  GetUserArgs,
  GetUserResult,
  GetWorkspaceArgs,
  GetWorkspaceResult,
  Inputs,
} from "./lookupTypes";

/**
 * Looks up the user of the credential. An access token has none.
 *
 * @throws {BitbucketError} if it cannot be read.
 */
export function getCurrentUser(): Promise<GetUserResult> {
  return lookUp("getCurrentUser", (client) => reads.currentUser(client));
}

/** {@link getCurrentUser} as an output. */
export function getCurrentUserOutput(): pulumi.Output<GetUserResult> {
  return pulumi.output(getCurrentUser());
}

/**
 * Looks up a user.
 *
 * @throws {BitbucketError} if it does not exist or cannot be read.
 */
export function getUser(args: GetUserArgs): Promise<GetUserResult> {
  return lookUp("getUser", (client, { user }) => reads.user(client, user), args, ["user"]);
}

/** {@link getUser} for outputs of other resources. */
export function getUserOutput(args: Inputs<GetUserArgs>): pulumi.Output<GetUserResult> {
  return pulumi.output(args).apply(getUser);
}

/**
 * Looks up a workspace.
 *
 * @throws {BitbucketError} if it does not exist or cannot be read.
 */
export function getWorkspace(args: GetWorkspaceArgs = {}): Promise<GetWorkspaceResult> {
  return lookUp(
    "getWorkspace",
    (client, { workspace }) => reads.workspace(client, workspace),
    inWorkspace(args),
    ["workspace"],
  );
}

/** {@link getWorkspace} for outputs of other resources. */
export function getWorkspaceOutput(args: Inputs<GetWorkspaceArgs> = {}): pulumi.Output<GetWorkspaceResult> {
  return pulumi.output(args).apply(getWorkspace);
}

/**
 * Looks up all members of a workspace.
 *
 * @throws {BitbucketError} if they cannot be read.
 *
 * @example
 * ```typescript
 * import * as bitbucket from "bitbucket-as-code";
 *
 * const members = bitbucket.getWorkspaceMembersOutput({ workspace: "acme" });
 * export const names = members.apply((found) => found.map(({ displayName }) => displayName));
 * ```
 */
export function getWorkspaceMembers(args: GetWorkspaceArgs = {}): Promise<GetUserResult[]> {
  return lookUp(
    "getWorkspaceMembers",
    (client, { workspace }) => reads.workspaceMembers(client, workspace),
    inWorkspace(args),
    ["workspace"],
  );
}

/** {@link getWorkspaceMembers} for outputs of other resources. */
export function getWorkspaceMembersOutput(
  args: Inputs<GetWorkspaceArgs> = {},
): pulumi.Output<GetUserResult[]> {
  return pulumi.output(args).apply(getWorkspaceMembers);
}

/**
 * Looks up a project.
 *
 * @throws {BitbucketError} if it does not exist or cannot be read.
 */
export function getProject(args: GetProjectArgs): Promise<GetProjectResult> {
  return lookUp("getProject", (client, at) => reads.project(client, at), inWorkspace(args), [
    "workspace",
    "key",
  ]);
}

/** {@link getProject} for outputs of other resources. */
export function getProjectOutput(args: Inputs<GetProjectArgs>): pulumi.Output<GetProjectResult> {
  return pulumi.output(args).apply(getProject);
}

/**
 * Looks up a repository.
 *
 * @throws {BitbucketError} if it does not exist or cannot be read.
 *
 * @example
 * ```typescript
 * import * as bitbucket from "bitbucket-as-code";
 *
 * const api = bitbucket.getRepositoryOutput({ workspace: "acme", repository: "api" });
 * new bitbucket.DefaultReviewer("alice", { workspace: "acme", repository: api.uuid, user: "alice" });
 * ```
 */
export function getRepository(args: GetRepositoryArgs): Promise<GetRepositoryResult> {
  return lookUp("getRepository", (client, at) => reads.repository(client, at), inWorkspace(args), [
    "workspace",
    "repository",
  ]);
}

/** {@link getRepository} for outputs of other resources. */
export function getRepositoryOutput(args: Inputs<GetRepositoryArgs>): pulumi.Output<GetRepositoryResult> {
  return pulumi.output(args).apply(getRepository);
}

/**
 * Reads a file of a repository, as text.
 *
 * @throws {BitbucketError} if it does not exist or cannot be read.
 *
 * @example
 * ```typescript
 * import * as bitbucket from "bitbucket-as-code";
 *
 * const at = { workspace: "acme", repository: "api", commit: "main" };
 * export const readme = bitbucket.getFileOutput({ ...at, path: "README.md" });
 * ```
 */
export function getFile(args: GetFileArgs): Promise<string> {
  return lookUp("getFile", (client, at) => reads.file(client, at), inWorkspace(args), [
    "workspace",
    "repository",
    "commit",
    "path",
  ]);
}

/** {@link getFile} for outputs of other resources. */
export function getFileOutput(args: Inputs<GetFileArgs>): pulumi.Output<string> {
  return pulumi.output(args).apply(getFile);
}

/**
 * Looks up the deployment environments of a repository.
 *
 * @throws {BitbucketError} if they cannot be read.
 */
export function getDeploymentEnvironments(
  args: GetRepositoryArgs,
): Promise<GetDeploymentEnvironmentResult[]> {
  return lookUp(
    "getDeploymentEnvironments",
    (client, at) => reads.deploymentEnvironments(client, at),
    inWorkspace(args),
    ["workspace", "repository"],
  );
}

/** {@link getDeploymentEnvironments} for outputs of other resources. */
export function getDeploymentEnvironmentsOutput(
  args: Inputs<GetRepositoryArgs>,
): pulumi.Output<GetDeploymentEnvironmentResult[]> {
  return pulumi.output(args).apply(getDeploymentEnvironments);
}

/**
 * Looks up the events that webhooks can subscribe to.
 *
 * @throws {BitbucketError} if they cannot be read.
 */
export function getHookEvents(args: GetHookEventsArgs): Promise<GetHookEventResult[]> {
  return lookUp("getHookEvents", (client, { subject }) => reads.hookEvents(client, subject), args, [
    "subject",
  ]);
}

/** {@link getHookEvents} for outputs of other resources. */
export function getHookEventsOutput(args: Inputs<GetHookEventsArgs>): pulumi.Output<GetHookEventResult[]> {
  return pulumi.output(args).apply(getHookEvents);
}

/**
 * Looks up the OpenID configuration of a workspace's pipelines, for a cloud provider that trusts them.
 *
 * @throws {BitbucketError} if it cannot be read.
 */
export function getOidcConfiguration(args: GetWorkspaceArgs = {}): Promise<GetOidcConfigurationResult> {
  return lookUp(
    "getOidcConfiguration",
    (client, { workspace }) => reads.oidcConfiguration(client, workspace),
    inWorkspace(args),
    ["workspace"],
  );
}

/** {@link getOidcConfiguration} for outputs of other resources. */
export function getOidcConfigurationOutput(
  args: Inputs<GetWorkspaceArgs> = {},
): pulumi.Output<GetOidcConfigurationResult> {
  return pulumi.output(args).apply(getOidcConfiguration);
}

/**
 * Looks up the public keys that sign the tokens of a workspace's pipelines.
 *
 * @throws {BitbucketError} if they cannot be read.
 */
export function getOidcKeys(args: GetWorkspaceArgs = {}): Promise<GetOidcKeysResult> {
  return lookUp(
    "getOidcKeys",
    (client, { workspace }) => reads.oidcKeys(client, workspace),
    inWorkspace(args),
    ["workspace"],
  );
}

/** {@link getOidcKeys} for outputs of other resources. */
export function getOidcKeysOutput(args: Inputs<GetWorkspaceArgs> = {}): pulumi.Output<GetOidcKeysResult> {
  return pulumi.output(args).apply(getOidcKeys);
}

/**
 * Looks up the addresses of Bitbucket's outgoing or incoming connections, in CIDR notation, from
 * https://ip-ranges.atlassian.com/
 *
 * @throws {Error} if the list cannot be read.
 *
 * @example
 * ```typescript
 * import * as bitbucket from "bitbucket-as-code";
 *
 * export const firewall = bitbucket.getIpRangesOutput({ direction: "egress" });
 * ```
 */
export async function getIpRanges(args: GetIpRangesArgs): Promise<string[]> {
  const { direction, url } = checkArgs("getIpRanges", args, ["direction"]);
  return readIpRanges(direction, url);
}

/** {@link getIpRanges} for outputs of other resources. */
export function getIpRangesOutput(args: Inputs<GetIpRangesArgs>): pulumi.Output<string[]> {
  return pulumi.output(args).apply(getIpRanges);
}
