/**
 * All scopes that operations require, what they allow, and which of them imply others.
 * https://developer.atlassian.com/cloud/bitbucket/rest/intro/#scopes
 */
import { scopeTable } from "./scopeTable";

/** What a request requires, and what its credential has: a `PermissionError` names both. */
interface ScopeComparison {
  readonly required: readonly string[];
  readonly granted: readonly string[];
}

export interface ScopeUse {
  readonly scope: string;
  readonly allows: string;
  /** Operations that require it: `GET /user`. */
  readonly operations: readonly string[];
}

/** Descriptions of the granular scopes' subjects. */
const subjects: Readonly<Record<string, string>> = {
  "gpg-key": "the user's GPG keys",
  issue: "issues",
  permission: "permissions of users and groups, together with the admin scope of the repository or project",
  pipeline: "pipelines: runs, schedules, caches, variables, environments, known hosts, SSH keys",
  project: "projects",
  pullrequest: "pull requests and default reviewers",
  repository: "repositories: their settings, code, branches, tags, commits and downloads",
  runner: "self-hosted runners",
  snippet: "snippets",
  "ssh-key": "the user's SSH keys, and deploy keys together with an admin scope",
  user: "the user of the token",
  webhook: "webhooks",
  workspace: "the workspace and its members",
};

/** Descriptions that do not follow from verb and subject. */
const special: Readonly<Record<string, string>> = {
  "admin:repository:bitbucket":
    "create, change and configure repositories; also reads branch restrictions, branching model settings, override settings, pipelines configuration and deploy keys",
  "admin:project:bitbucket":
    "create, change and delete projects; also reads their branching model settings and deploy keys",
  "admin:pipeline:bitbucket": "write pipeline variables, environments, known hosts and SSH keys",
  "admin:workspace:bitbucket": "administer the workspace",
  "delete:repository:bitbucket": "delete repositories, with all contents",
  "write:pipeline:bitbucket": "start and stop pipelines, write schedules, clear caches",
  "write:repository:bitbucket": "write code, branches, tags and downloads. Does not create repositories",
  "write:webhook:bitbucket": "create and change webhooks, together with read:webhook:bitbucket",
};

/** As described in the API's document. */
const legacy: Readonly<Record<string, string>> = {
  account: "read the account, and the workspace's members",
  "account:write": "change the account",
  email: "read the account's e-mail addresses",
  issue: "read issues",
  "issue:write": "change issues",
  pipeline: "read pipelines and their settings",
  "pipeline:write": "start and stop pipelines, write schedules",
  "pipeline:variable": "write pipeline variables, environments, known hosts and SSH keys",
  project: "read projects and their repositories",
  "project:admin": "change projects and their settings. Does not include read access",
  pullrequest: "read repositories and pull requests",
  "pullrequest:write": "change repositories' code and pull requests",
  repository: "read repositories and their code",
  "repository:write": "write code, branches, tags and downloads",
  "repository:admin": "create, change and configure repositories. Does not include read access",
  "repository:delete": "delete repositories, with all contents",
  runner: "read self-hosted runners",
  "runner:write": "register, change and remove self-hosted runners",
  snippet: "read snippets",
  "snippet:write": "change snippets",
  webhook: "read and change webhooks",
};

const verbs: Readonly<Record<string, string>> = {
  read: "read",
  write: "create and change",
  delete: "delete",
  admin: "administer",
};

/** The legacy scopes that each legacy scope implies. A granular scope implies no other. */
const included: Readonly<Record<string, readonly string[]>> = {
  "account:write": ["account"],
  "issue:write": ["issue"],
  "pipeline:write": ["pipeline"],
  "pipeline:variable": ["pipeline", "pipeline:write"],
  project: ["repository"],
  pullrequest: ["repository"],
  "pullrequest:write": ["pullrequest", "repository", "repository:write"],
  "repository:write": ["repository"],
  "runner:write": ["runner"],
  "snippet:write": ["snippet"],
};

/** Returns the scopes that a scope implies. */
export function impliedScopes(scope: string): readonly string[] {
  return included[scope] ?? [];
}

/** Returns the scopes with those that they imply. */
export function expandScopes(granted: readonly string[]): readonly string[] {
  return [...new Set(granted.flatMap((scope) => [scope, ...impliedScopes(scope)]))];
}

/** Returns the scopes that a request requires and a credential has not, neither itself nor by another one that implies it. */
export function missingScopes({ required, granted }: ScopeComparison): string[] {
  const held = expandScopes(granted);
  return required.filter((scope) => !held.includes(scope));
}

/** Removes scopes that others of the list imply. */
export function minimalScopes(scopes: readonly string[]): readonly string[] {
  return scopes.filter(
    (scope) => !scopes.some((other) => other !== scope && impliedScopes(other).includes(scope)),
  );
}

/** Describes what a scope allows. */
export function describeScope(scope: string): string {
  const [verb = "", subject = ""] = scope.split(":");
  return special[scope] ?? legacy[scope] ?? `${verbs[verb] ?? verb} ${subjects[subject] ?? subject}`;
}

/** All scopes of one vocabulary that any operation requires, in alphabetical order. */
export function allScopes(vocabulary: "granular" | "legacy"): readonly ScopeUse[] {
  const uses = new Map<string, string[]>();
  for (const row of scopeTable) {
    for (const scope of row[vocabulary]) {
      const operations = uses.get(scope) ?? [];
      operations.push(`${row.method} ${row.path}`);
      uses.set(scope, operations);
    }
  }
  return [...uses]
    .sort(([a], [b]) => a.localeCompare(b))
    .map(([scope, operations]) => ({ scope, allows: describeScope(scope), operations }));
}
