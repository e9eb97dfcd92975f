/** What look-ups take and give. These types are published: they refer to nothing internal. */
import type * as pulumi from "@pulumi/pulumi";

/** Arguments that can be outputs of other resources. */
export type Inputs<Args> = { [Name in keyof Args]: pulumi.Input<Args[Name]> };

/** A workspace to look in. */
export interface GetWorkspaceArgs {
  /**
   * The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the environment
   * variable `BITBUCKET_WORKSPACE`.
   */
  workspace?: string | undefined;
}

/** A workspace. */
export interface GetWorkspaceResult {
  /** The UUID, which survives renames. */
  readonly uuid: string;
  /** The name in URLs. */
  readonly slug: string;
  /** The name. */
  readonly name: string;
}

/** The user to look up. */
export interface GetUserArgs {
  /** The user's UUID, or the account id: `712020:…`. */
  user: string;
}

/** A user. */
export interface GetUserResult {
  /** The UUID. */
  readonly uuid: string;
  /** The id of the Atlassian account: `712020:…`. */
  readonly accountId: string | undefined;
  /** The nickname. */
  readonly nickname: string | undefined;
  /** The name that Bitbucket shows. */
  readonly displayName: string | undefined;
}

/** The project to look up. */
export interface GetProjectArgs extends GetWorkspaceArgs {
  /** The project's key: `PLAT`. */
  key: string;
}

/** A project. */
export interface GetProjectResult {
  /** The UUID, which survives a change of the key. */
  readonly uuid: string;
  /** The key: `PLAT`. */
  readonly key: string;
  /** The name. */
  readonly name: string;
  /** The description. Empty if there is none. */
  readonly description: string;
  /** Whether only users with permission can see it. */
  readonly isPrivate: boolean;
}

/** The repository to look up, or to look in. */
export interface GetRepositoryArgs extends GetWorkspaceArgs {
  /** The repository's slug or UUID. */
  repository: string;
}

/** A repository. */
export interface GetRepositoryResult {
  /** The UUID, which survives renames and moves. */
  readonly uuid: string;
  /** The name. */
  readonly name: string;
  /** The name in URLs. */
  readonly slug: string;
  /** Workspace and slug: `acme/api`. */
  readonly fullName: string;
  /** The description. Empty if there is none. */
  readonly description: string;
  /** Whether only users with permission can see it. */
  readonly isPrivate: boolean;
  /** The main branch. Undefined for a repository without commits. */
  readonly mainBranch: string | undefined;
  /** The key of its project. */
  readonly project: string | undefined;
}

/** The file to read. */
export interface GetFileArgs extends GetRepositoryArgs {
  /** A hash, a branch or a tag. */
  commit: string;
  /** The file's path in the repository. */
  path: string;
}

/** A deployment environment. */
export interface GetDeploymentEnvironmentResult {
  /** The UUID. */
  readonly uuid: string;
  /** The name. */
  readonly name: string;
  /** Its stage: `Test`, `Staging` or `Production`. */
  readonly type: string | undefined;
}

/** The events to look up. */
export interface GetHookEventsArgs {
  /** The owner of the webhooks. */
  subject: "repository" | "workspace";
}

/** An event that webhooks can subscribe to. */
export interface GetHookEventResult {
  /** As a webhook names it: `repo:push`. */
  readonly event: string;
  /** The group in which Bitbucket lists it: `Repository`. */
  readonly category: string;
  /** The title in that group: `Push`. */
  readonly label: string;
  /** What triggers it. */
  readonly description: string;
}

/**
 * The configuration of an OpenID provider: https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata
 */
export interface GetOidcConfigurationResult {
  /** The issuer of the tokens. */
  readonly issuer: string;
  /** The URL of the keys that sign the tokens. */
  readonly jwks_uri: string;
}

/** A JSON Web Key Set: https://www.rfc-editor.org/rfc/rfc7517 */
export interface GetOidcKeysResult {
  /** The keys. */
  readonly keys: readonly { readonly kid: string; readonly [property: string]: unknown }[];
}

/** The addresses to look up. */
export interface GetIpRangesArgs {
  /** `egress`: from Bitbucket, such as the requests of webhooks and builds. `ingress`: to Bitbucket. */
  direction: "egress" | "ingress";
  /** The address of the list. Default: `https://ip-ranges.atlassian.com/`. */
  url?: string | undefined;
}
