/**
 * The counterparts of the resource types of the Terraform providers for Bitbucket: DrFaust92's, zahiar's and
 * aeirola's, in all versions that write the current state format.
 */
import * as all from "../../kinds";
import type { Kind, LiveObject } from "../../kinds/kind";
import type { Attributes } from "./state";

/** The owner of an object. */
export type OwnerLevel = "workspace" | "project" | "repository" | "environment" | "account";

/** One kind of object that a resource type maps to. */
export interface ImportTarget {
  readonly kind: Kind;
  readonly level: OwnerLevel;
  /** The ids that it may have. The first one present counts. */
  readonly ids?: (given: Attributes) => readonly unknown[];
  /** Without an id: whether an object is the one. Only for kinds of which there cannot be two. */
  readonly is?: (found: LiveObject, given: Attributes) => boolean;
  /** If the resource maps to several objects: the id of each. */
  readonly each?: (given: Attributes) => readonly unknown[];
  /** A value from the state that the API does not show. */
  readonly secret?: (
    given: Attributes,
    found: LiveObject,
  ) => readonly [field: string, value: unknown] | undefined;
}

/** A field that has the same value as one of the attributes. */
const matchAttribute =
  (field: string, ...attributes: string[]) =>
  (found: LiveObject, given: Attributes) =>
    attributes.some((name) => toText(given[name]) !== undefined && toText(given[name]) === found.args[field]);

/** There is one per owner. */
const matchAny = () => true;
/** The providers keep an id in `id`, alone or after the owner's, or in an attribute of its own. */
const idsIn = (given: Attributes) => [given.uuid, lastOf(given.id)];
const users = (given: Attributes) => [given.reviewers, given.user].flat();

const project: ImportTarget = { kind: all.project, level: "project", is: matchAny };
const repository: ImportTarget = { kind: all.repository, level: "repository", is: matchAny };
const overrides: ImportTarget = { kind: all.overrideSettings, level: "repository", is: matchAny };

const restriction: ImportTarget = { kind: all.branchRestriction, level: "repository", ids: idsIn };
const schedule: ImportTarget = { kind: all.pipelineSchedule, level: "repository", ids: idsIn };
const knownHost: ImportTarget = { kind: all.pipelineKnownHost, level: "repository", ids: idsIn };
const deployKey: ImportTarget = {
  kind: all.deployKey,
  level: "repository",
  ids: (given) => [given.key_id, lastOf(given.id)],
};
const environment: ImportTarget = {
  kind: all.deploymentEnvironment,
  level: "repository",
  ids: idsIn,
  is: matchAttribute("name", "name"),
};
const keyPair: ImportTarget = {
  kind: all.pipelineSshKeyPair,
  level: "repository",
  is: matchAny,
  // If somebody has replaced the pair, this is not its private key.
  secret: (given, found) =>
    all.pipelineSshKeyPair.stillHolds?.("privateKey", found, { publicKey: given.public_key })
      ? ["privateKey", given.private_key]
      : undefined,
};

const hookOf = (level: OwnerLevel): ImportTarget => ({
  kind: all.webhook,
  level,
  // Two may have the same URL.
  ids: idsIn,
  // One that was removed elsewhere is not restored here.
  secret: (given, found) => (found.outputs.secretSet === true ? ["secret", given.secret] : undefined),
});
const variableOf = (level: OwnerLevel): ImportTarget => ({
  kind: all.pipelineVariable,
  level,
  ids: idsIn,
  is: matchAttribute("key", "key"),
  // If a variable was changed to secured elsewhere, this may not be its value.
  secret: (given) => (given.secured === true ? ["value", given.value] : undefined),
});
const reviewersOf = (level: OwnerLevel): ImportTarget => ({ kind: all.defaultReviewer, level, each: users });
const modelOf = (level: OwnerLevel): ImportTarget => ({ kind: all.branchingModel, level, is: matchAny });
const userOf = (kind: Kind, level: OwnerLevel): ImportTarget => ({
  kind,
  level,
  each: (given) => [given.user_id ?? given.user],
});
const groupOf = (kind: Kind, level: OwnerLevel): ImportTarget => ({
  kind,
  level,
  is: matchAttribute("group", "group_slug", "group"),
});

/** The types of DrFaust92's provider, then those that zahiar's names differently. */
const types: Readonly<Record<string, readonly ImportTarget[]>> = {
  bitbucket_branch_restriction: [restriction],
  bitbucket_branching_model: [modelOf("repository")],
  bitbucket_default_reviewers: [reviewersOf("repository")],
  bitbucket_deploy_key: [deployKey],
  bitbucket_deployment: [environment],
  bitbucket_deployment_variable: [variableOf("environment")],
  bitbucket_forked_repository: [repository],
  bitbucket_gpg_key: [
    { kind: all.gpgKey, level: "account", ids: (given) => [given.fingerprint, lastOf(given.id)] },
  ],
  bitbucket_hook: [hookOf("repository")],
  bitbucket_pipeline_schedule: [schedule],
  bitbucket_pipeline_ssh_key: [keyPair],
  bitbucket_pipeline_ssh_known_host: [knownHost],
  bitbucket_project: [project],
  bitbucket_project_branching_model: [modelOf("project")],
  bitbucket_project_default_reviewers: [reviewersOf("project")],
  bitbucket_project_group_permission: [groupOf(all.projectGroupPermission, "project")],
  bitbucket_project_user_permission: [userOf(all.projectUserPermission, "project")],
  bitbucket_repository: [repository],
  bitbucket_repository_group_permission: [groupOf(all.repositoryGroupPermission, "repository")],
  bitbucket_repository_user_permission: [userOf(all.repositoryUserPermission, "repository")],
  bitbucket_repository_variable: [variableOf("repository")],
  bitbucket_ssh_key: [{ kind: all.sshKey, level: "account", ids: idsIn }],
  bitbucket_workspace_hook: [hookOf("workspace")],
  bitbucket_workspace_variable: [variableOf("workspace")],

  bitbucket_default_reviewer: [reviewersOf("repository")],
  bitbucket_group_permission: [groupOf(all.repositoryGroupPermission, "repository")],
  bitbucket_pipeline_key_pair: [keyPair],
  bitbucket_pipeline_variable: [variableOf("repository")],
  bitbucket_user_permission: [userOf(all.repositoryUserPermission, "repository")],
  bitbucket_webhook: [hookOf("repository")],
};

const ofGroups =
  "Bitbucket has no current API for groups: keep it in Terraform, or manage groups in the workspace's settings. Refer to them by slug";

/** Hints for types without a counterpart. */
const without: Readonly<Record<string, string>> = {
  bitbucket_group: ofGroups,
  bitbucket_group_membership: ofGroups,
  bitbucket_group_member: ofGroups,
  bitbucket_commit_file:
    "the state contains a commit, not the current file: declare the file under files of its repository (RepositoryFile), and remove this from Terraform",
};

/** Returns the targets of a resource, or the reason why it has none. */
export function findTargets(type: string, given: Attributes): readonly ImportTarget[] | string {
  const targets = Object.hasOwn(types, type) ? types[type] : undefined;
  if (!targets)
    return (
      (Object.hasOwn(without, type) ? without[type] : undefined) ??
      `the type ${type} is not supported: keep it in Terraform`
    );
  // Older versions, and zahiar's provider, do not set them.
  const inherits = [given.inherit_branching_model, given.inherit_default_merge_strategy];
  return type === "bitbucket_repository" && inherits.some((value) => typeof value === "boolean")
    ? [...targets, overrides]
    : targets;
}

/** The location of a resource's object in the state: slugs, keys and UUIDs, the most reliable first. */
export interface TerraformPlace {
  readonly workspace: string | undefined;
  readonly project: readonly string[];
  readonly repository: readonly string[];
  readonly environment: string | undefined;
  /** The owner of a key. */
  readonly account: string | undefined;
}

/**
 * Owners have several names and come before others: `workspace/repository`, `workspace/repository:{uuid}`.
 */
export function placeOf(type: string, level: OwnerLevel, given: Attributes): TerraformPlace {
  const deployment = level === "environment" ? partsOf(toText(given.deployment) ?? "") : [];
  // zahiar's provider only has the UUID.
  const repository = partsOf(
    deployment.length > 1
      ? deployment.slice(0, -1).join("/")
      : (toText(given.repository) ?? toText(given.repo_slug) ?? ""),
  );
  // A project's or repository's own id starts with its owner.
  const own = partsOf(toText(given.id) ?? "");
  const isOwn = type === "bitbucket_project" || /^bitbucket_(forked_)?repository$/.test(type);
  const named = isOwn
    ? [given.uuid, own.at(-1), given.slug, level === "project" ? given.key : given.name]
    : [level === "project" ? (given.project_key ?? given.project) : repository.at(-1)];
  const names = named.flatMap((name) => toText(name) ?? []);
  return {
    workspace:
      toText(given.workspace) ??
      toText(given.owner) ??
      (repository.length > 1 ? repository[0] : isOwn && own.length > 1 ? own[0] : undefined),
    project: level === "project" ? names : [],
    repository: level === "repository" || level === "environment" ? names : [],
    environment: deployment.at(-1),
    account: level === "account" ? (toText(given.user) ?? own[0]) : undefined,
  };
}

function partsOf(path: string): string[] {
  return path.split(/[/:]/).filter((part) => part !== "");
}

function lastOf(id: unknown): unknown {
  return typeof id === "string" ? partsOf(id).at(-1) : id;
}

/** A non-empty text. */
export function toText(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
