/** The state of a Bitbucket Cloud, in memory. It can be serialized to JSON and back. */
import { randomUUID } from "node:crypto";
import type { StoredContent } from "./gitObjects";
import type { Comment, Participation, PullRequest } from "./pullRequestState";

export interface User {
  uuid: string;
  account_id: string;
  nickname: string;
  display_name: string;
  email: string;
}

export interface Token {
  /** The name under which its requests are recorded. Never the secret. */
  name: string;
  secret: string;
  kind:
    | "api_token"
    | "workspace_access_token"
    | "project_access_token"
    | "repo_access_token"
    | "oauth"
    | "app_password";
  /** Granular for API tokens, legacy for the others. "*" is every scope. */
  scopes: string[];
  /** The owner: a user's UUID. */
  user?: string | undefined;
  /** The workspace's slug, for all types except a user's. */
  workspace?: string | undefined;
  /** The project's key. */
  project?: string | undefined;
  /** The repository's UUID. */
  repository?: string | undefined;
  expired?: boolean | undefined;
  revoked?: boolean | undefined;
  /** When it expires, in milliseconds since 1970. */
  expires_at?: number | undefined;
}

interface Consumer {
  id: string;
  secret: string;
  workspace: string;
  scopes: string[];
}

/** An object of a collection whose fields only its family knows. */
export type Item = Record<string, unknown> & { uuid: string };

export interface Permissions {
  users: Map<string, string>;
  groups: Map<string, string>;
}

export interface BranchTarget {
  name: string | null;
  use_mainbranch: boolean;
  enabled?: boolean;
}

export interface BranchingModel {
  development: BranchTarget;
  production: BranchTarget;
  branch_types: { kind: string; prefix: string; enabled: boolean }[];
  default_branch_deletion: boolean;
}

export interface DeployKey {
  id: number;
  key: string;
  comment: string;
  label: string;
  added_on: string;
  last_used?: string | null;
}

export interface Project {
  uuid: string;
  key: string;
  name: string;
  description: string | null;
  is_private: boolean;
  created_on: string;
  updated_on: string;
  deployKeys: Map<number, DeployKey>;
  reviewers: Set<string>;
  permissions: Permissions;
  model: BranchingModel;
  /** When its avatar was uploaded, in seconds. */
  avatar?: number;
  /** How many more times its deletion is refused, as if a deleted repository still existed. */
  lateDeletions?: number;
}

export interface Variable {
  uuid: string;
  key: string;
  value: string;
  secured: boolean;
}

export interface Environment {
  uuid: string;
  name: string;
  type: string;
  rank: number;
  adminOnly: boolean;
  variables: Map<string, Variable>;
}

export interface Commit {
  hash: string;
  message: string;
  author: string;
  date: string;
  parents: string[];
  files: Map<string, StoredContent>;
}

export interface Tag {
  hash: string;
  message: string;
  /** `Name <address>`; unknown for tags that were pushed. */
  tagger?: string;
  date?: string;
}

export interface CommitStatus {
  key: string;
  commit: string;
  state: string;
  url: string;
  name: string;
  description: string;
  refname: string | null;
  created_on: string;
  updated_on: string;
}

/** A Code Insights report. */
export interface InsightsReport {
  fields: Item;
  annotations: Map<string, Item>;
}

export interface Download {
  name: string;
  /** In base64. */
  content: string;
  /** The name of the contents in the store. */
  address: string;
  downloads: number;
  user: string | undefined;
  created_on: string;
}

export interface PipelineRun {
  uuid: string;
  build_number: number;
  ref_name: string;
  commit: string;
  trigger: string;
  /** Undefined while it runs. */
  result: string | undefined;
  creator: string | undefined;
  created_on: string;
  completed_on: string | undefined;
}

export interface Repository {
  uuid: string;
  name: string;
  slug: string;
  description: string;
  is_private: boolean;
  fork_policy: string;
  language: string;
  website: string;
  /** When its avatar was uploaded, in seconds. */
  avatar?: number;
  has_issues: boolean;
  has_wiki: boolean;
  mainbranch: string | null;
  project: string;
  parent: string | null;
  created_on: string;
  updated_on: string;
  hooks: Map<string, Item>;
  deployKeys: Map<number, DeployKey>;
  variables: Map<string, Variable>;
  environments: Map<string, Environment>;
  /** Undefined until it is set for the first time. */
  pipelinesEnabled: boolean | undefined;
  nextBuildNumber: number;
  schedules: Map<string, Item>;
  knownHosts: Map<string, Item>;
  keyPair: { private_key: string; public_key: string } | undefined;
  runners: Map<string, Item>;
  caches: Map<string, Item>;
  restrictions: Map<number, Record<string, unknown> & { id: number }>;
  model: BranchingModel;
  overrides: Record<string, boolean>;
  reviewers: Set<string>;
  permissions: Permissions;
  branches: Map<string, string>;
  tags: Map<string, Tag>;
  /**
   * Commits created over REST; empty once git has requested the repository, and a bare repository holds them.
   */
  commits: Map<string, Commit>;
  /** The git content, as a bundle in base64: written when the state is copied. */
  bundle?: string | undefined;
  /** The fields below are added on first use. */
  pullRequests?: Map<number, PullRequest>;
  /** By the hashes of the commits, and by keys. */
  statuses?: Map<string, Map<string, CommitStatus>>;
  /** By the hashes of the commits, and by UUIDs. */
  reports?: Map<string, Map<string, InsightsReport>>;
  downloads?: Map<string, Download>;
  /** By the hashes of the commits. */
  commitComments?: Map<string, Map<number, Comment>>;
  commitParticipants?: Map<string, Map<string, Participation>>;
  /** Users' UUIDs. */
  watchers?: Set<string>;
  pipelineRuns?: Map<string, PipelineRun>;
}

export interface Workspace {
  uuid: string;
  slug: string;
  name: string;
  created_on?: string;
  /** user uuid → "owner" or "member". */
  members: Map<string, string>;
  /** slug → name. */
  groups: Map<string, string>;
  /** Group slug → user uuids. */
  groupMembers?: Map<string, Set<string>>;
  projects: Map<string, Project>;
  /** By slug. */
  repositories: Map<string, Repository>;
  hooks: Map<string, Item>;
  variables: Map<string, Variable>;
  runners: Map<string, Item>;
}

export interface State {
  users: Map<string, User>;
  workspaces: Map<string, Workspace>;
  tokens: Token[];
  consumers: Consumer[];
  /** Keys of users: user uuid → key uuid → key. */
  sshKeys: Map<string, Map<string, Item>>;
  gpgKeys: Map<string, Map<string, Item>>;
  /** Of families without fields of their own: the owner's UUID and the family's name → UUID → item. */
  items?: Map<string, Map<string, Item>>;
  nextId: number;
  /** Deleted keys that stay reserved for a while. */
  reservedKeys?: Set<string>;
}

/** Everything in the workspace stays; its former slug is a 404. */
export function renameWorkspace(state: State, from: string, to: string): void {
  const found = state.workspaces.get(from);
  if (!found) throw new Error(`there is no workspace ${from}`);
  if (state.workspaces.has(to)) throw new Error(`there is a workspace ${to} already`);
  state.workspaces.delete(from);
  found.slug = to;
  state.workspaces.set(to, found);
  for (const one of [...state.tokens, ...state.consumers]) if (one.workspace === from) one.workspace = to;
}

export function newUuid(): string {
  return `{${randomUUID()}}`;
}

/** As JSON, with maps and sets marked. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_key, value: unknown) => {
    if (value instanceof Map) return { $map: [...value] };
    if (value instanceof Set) return { $set: [...value] };
    return value;
  });
}

export function fromJson<Value = State>(text: string): Value {
  return JSON.parse(text, (_key, value: unknown) => {
    if (typeof value === "object" && value !== null) {
      if ("$map" in value) return new Map(value.$map as [unknown, unknown][]);
      if ("$set" in value) return new Set(value.$set as unknown[]);
    }
    return value;
  }) as Value;
}
