/**
 * Bitbucket's own pages with the settings of each thing. The API's document does not name them: they are as the web
 * interface has them. A kind that is not listed, and one whose page's address is not known for certain, leads to the
 * settings of what it belongs to.
 */
import type { Values } from "../kinds/kind";

const site = "https://bitbucket.org";

/** Where a thing is, by what people see in URLs. */
export interface Place {
  readonly workspace: string;
  /** The project's key. */
  readonly project?: string | undefined;
  /** The repository's slug. */
  readonly repository?: string | undefined;
}

/** Below `/{workspace}/{repository}`. */
const ofRepository: Readonly<Record<string, string | ((values: Values) => string)>> = {
  Repository: "/admin",
  OverrideSettings: "/admin",
  PipelinesConfig: "/admin/pipelines/settings",
  DeploymentEnvironment: "/admin/pipelines/deployment-settings",
  RepositoryUserPermission: "/admin/permissions",
  RepositoryGroupPermission: "/admin/permissions",
  Branch: ({ name }) => `/branch/${path(name)}`,
  Tag: ({ name }) => `/commits/tag/${path(name)}`,
  RepositoryFile: (values) => `/src/${encodeURIComponent(String(values.branch))}/${path(values.path)}`,
  Download: "/downloads/",
  BranchingModel: "/admin/branching-model",
  BranchRestriction: "/admin/branch-restrictions",
  DefaultReviewer: "/admin/default-reviewers",
  Webhook: "/admin/webhooks",
  DeployKey: "/admin/access-keys",
  PipelineVariable: ({ environment }) =>
    environment === undefined
      ? "/admin/pipelines/repository-variables"
      : "/admin/pipelines/deployment-settings",
  // They are behind a button of the page of pipelines.
  PipelineSchedule: "/pipelines",
  PipelineSshKeyPair: "/admin/pipelines/ssh-keys",
  PipelineKnownHost: "/admin/pipelines/ssh-keys",
  Runner: "/admin/pipelines/runners",
};

/** Below `/{workspace}/workspace/projects/{key}/settings`. */
const ofProject: Readonly<Record<string, string>> = {
  ProjectUserPermission: "/permissions",
  ProjectGroupPermission: "/permissions",
  BranchingModel: "/branching-model",
  DefaultReviewer: "/default-reviewers",
  DeployKey: "/access-keys",
};

/** Below `/{workspace}/workspace/settings`. */
const ofWorkspace: Readonly<Record<string, string>> = {
  Webhook: "/webhooks",
  PipelineVariable: "/addon/admin/pipelines/account-variables",
};

const ofAccount: Readonly<Record<string, string>> = {
  SshKey: "/account/settings/ssh-keys/",
  GpgKey: "/account/settings/gpg-keys/",
};

/** @param values The thing's own values, for pages that have its name in their address. */
export function linkTo(kind: string, place: Place, values: Values): string {
  const account = ofAccount[kind];
  if (account !== undefined) return site + account;
  const workspace = `${site}/${encodeURIComponent(place.workspace)}`;
  if (place.repository !== undefined) {
    const page = ofRepository[kind] ?? "/admin";
    const below = typeof page === "string" ? page : page(values);
    return `${workspace}/${encodeURIComponent(place.repository)}${below}`;
  }
  if (place.project !== undefined)
    return `${workspace}/workspace/projects/${encodeURIComponent(place.project)}/settings${ofProject[kind] ?? ""}`;
  return `${workspace}/workspace/settings${ofWorkspace[kind] ?? ""}`;
}

function path(name: unknown): string {
  return String(name).split("/").map(encodeURIComponent).join("/");
}
