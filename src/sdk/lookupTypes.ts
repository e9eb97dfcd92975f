/** What look-ups take and give. These types are published: they refer to nothing internal. */
import type * as pulumi from "@pulumi/pulumi";

/** Values that may be outputs of other resources. */
export type Inputs<Args> = { [Name in keyof Args]: pulumi.Input<Args[Name]> };

/** A workspace to look in. */
export interface GetWorkspaceArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the environment
   * variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: string | undefined;
}

export interface GetWorkspaceResult {
  readonly uuid: string;
  /** The name in URLs. */
  readonly slug: string;
  readonly name: string;
}

export interface GetUserArgs {
  /** The user's UUID, or the account id: `712020:…`. */
  user: string;
}

export interface GetUserResult {
  readonly uuid: string;
  /** The id of the Atlassian account. */
  readonly accountId: string | undefined;
  readonly nickname: string | undefined;
  readonly displayName: string | undefined;
}

export interface GetProjectArgs extends GetWorkspaceArgs {
  /** The project's key: `PLAT`. */
  key: string;
}

export interface GetProjectResult {
  readonly uuid: string;
  readonly key: string;
  readonly name: string;
  readonly description: string;
  readonly isPrivate: boolean;
}

export interface GetRepositoryArgs extends GetWorkspaceArgs {
  /** The repository's slug or UUID. */
  repository: string;
}

export interface GetRepositoryResult {
  /** The UUID, which survives renames and moves. */
  readonly uuid: string;
  readonly name: string;
  /** The name in URLs. */
  readonly slug: string;
  /** Workspace and slug: `acme/api`. */
  readonly fullName: string;
  readonly description: string;
  readonly isPrivate: boolean;
  /** Undefined for a repository without commits. */
  readonly mainBranch: string | undefined;
  /** The key of its project. */
  readonly project: string | undefined;
}

export interface GetFileArgs extends GetRepositoryArgs {
  /** A hash, a branch or a tag. */
  commit: string;
  /** The file's path in the repository. */
  path: string;
}

export interface GetDeploymentEnvironmentResult {
  readonly uuid: string;
  readonly name: string;
  /** `Test`, `Staging` or `Production`. */
  readonly type: string | undefined;
}

export interface GetHookEventsArgs {
  /** The owner of the webhooks. */
  subject: "repository" | "workspace";
}

export interface GetHookEventResult {
  /** As a webhook names it: `repo:push`. */
  readonly event: string;
  readonly category: string;
  readonly label: string;
  readonly description: string;
}

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
export interface GetOidcConfigurationResult {
  readonly issuer: string;
  readonly jwks_uri: string;
}

/** A JSON Web Key Set: https://www.rfc-editor.org/rfc/rfc7517 */
export interface GetOidcKeysResult {
  readonly keys: readonly { readonly kid: string; readonly [property: string]: unknown }[];
}

export interface GetIpRangesArgs {
  /** `egress`: from Bitbucket, as requests of webhooks and builds. `ingress`: to Bitbucket. */
  direction: "egress" | "ingress";
  /** The address of the list. Default: `https://ip-ranges.atlassian.com/`. */
  url?: string | undefined;
}
