/** New objects, with the values that the service gives them. */
import {
  type BranchingModel,
  newUuid,
  type Permissions,
  type Project,
  type Repository,
  type State,
} from "./state";

export function emptyState(): State {
  return {
    users: new Map(),
    workspaces: new Map(),
    tokens: [],
    consumers: [],
    sshKeys: new Map(),
    gpgKeys: new Map(),
    nextId: 1,
  };
}

/** The default model of a repository. */
function freshModel(): BranchingModel {
  return {
    development: { name: null, use_mainbranch: true },
    production: { name: null, use_mainbranch: false, enabled: false },
    branch_types: ["feature", "bugfix", "release", "hotfix"].map((kind) => ({
      kind,
      prefix: `${kind}/`,
      enabled: true,
    })),
    default_branch_deletion: false,
  };
}

function noPermissions(): Permissions {
  return { users: new Map(), groups: new Map() };
}

export function newProject(key: string, name: string, at: string): Project {
  return {
    uuid: newUuid(),
    key,
    name,
    description: "",
    is_private: true,
    created_on: at,
    updated_on: at,
    deployKeys: new Map(),
    reviewers: new Set(),
    permissions: noPermissions(),
    model: freshModel(),
  };
}

/** An empty repository. */
export function newRepository(slug: string, project: string, at: string): Repository {
  return {
    uuid: newUuid(),
    name: slug,
    slug,
    description: "",
    is_private: true,
    fork_policy: "allow_forks",
    language: "",
    website: "",
    has_issues: false,
    has_wiki: false,
    mainbranch: null,
    project,
    parent: null,
    created_on: at,
    updated_on: at,
    hooks: new Map(),
    deployKeys: new Map(),
    variables: new Map(),
    environments: new Map(),
    pipelinesEnabled: undefined,
    nextBuildNumber: 1,
    schedules: new Map(),
    knownHosts: new Map(),
    keyPair: undefined,
    runners: new Map(),
    caches: new Map(),
    restrictions: new Map(),
    model: freshModel(),
    overrides: { branching_model: false, default_merge_strategy: false, branch_restrictions: false },
    reviewers: new Set(),
    permissions: noPermissions(),
    watchers: new Set(),
    branches: new Map(),
    tags: new Map(),
    commits: new Map(),
  };
}
