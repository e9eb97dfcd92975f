/** Authenticates requests and checks permissions. */
import { notFound, Refusal, refuseAccess } from "./errors";
import { operationScopes } from "./operationScopes";
import type { Permissions, Project, Repository, State, Token, User, Workspace } from "./state";

export interface Principal {
  readonly token: Token;
  readonly user: User | undefined;
}

/** Returns the principal of an `Authorization` header. Throws a 401 in the service's form. */
export function authenticate(state: State, header: string | undefined, now: number): Principal {
  const valid = (token: Token) =>
    !token.expired && !token.revoked && (token.expires_at === undefined || token.expires_at > now);
  const [scheme = "", value = ""] = (header ?? "").split(" ");
  if (scheme === "Basic") {
    const text = Buffer.from(value, "base64").toString();
    const [name, secret] = [text.slice(0, text.indexOf(":")), text.slice(text.indexOf(":") + 1)];
    const token = state.tokens.find(
      (candidate) => candidate.secret === secret && candidate.kind === "api_token",
    );
    const user = state.users.get(token?.user ?? "");
    // An API token requires the e-mail address, not the user name.
    if (token && user && valid(token) && name.toLowerCase() === user.email) return { token, user };
  }
  if (scheme === "Bearer") {
    const token = state.tokens.find((candidate) => candidate.secret === value);
    // A user's API token does not work as Bearer.
    if (token && valid(token) && token.kind !== "api_token" && token.kind !== "app_password") {
      return { token, user: state.users.get(token.user ?? "") };
    }
  }
  throw new Refusal(401, "Token is invalid, expired, or not supported for this endpoint.");
}

const everyScope = new Map<0 | 1, readonly string[]>();

/** The scopes of a credential, with those that they imply. */
export function grantedScopes(token: Pick<Token, "kind" | "scopes">): readonly string[] {
  if (!token.scopes.includes("*")) return token.scopes;
  const index = token.kind === "api_token" ? 0 : 1;
  const known =
    everyScope.get(index) ??
    [
      ...new Set(
        Object.values(operationScopes).flatMap((scopes) => scopes[index].split(" ").filter(Boolean)),
      ),
    ].sort();
  everyScope.set(index, known);
  return known;
}

const implied: Readonly<Record<string, readonly string[]>> = {
  "repository:write": ["repository"],
  project: ["repository"],
  "pullrequest:write": ["pullrequest", "repository:write", "repository"],
  pullrequest: ["repository"],
  "pipeline:write": ["pipeline"],
  "pipeline:variable": ["pipeline:write", "pipeline"],
  "runner:write": ["runner"],
  "account:write": ["account"],
};

/** Throws a 403 in the service's form if a scope is missing, or the mechanism is refused. */
export function checkScopes(principal: Principal, operation: string): void {
  const { token } = principal;
  const [granular = "", legacy = ""] = operationScopes[operation] ?? [];
  const [method = "", path = ""] = operation.split(" ");
  if (token.kind !== "api_token" && refusedToTokens(method, path, token.kind)) {
    throw refuseAccess("This API is not accessible by this authentication mechanism");
  }
  requireScopes(token, (token.kind === "api_token" ? granular : legacy).split(" ").filter(Boolean));
}

/** A webhook also requires the scope of each event's subject. */
export function checkEventScopes({ token }: Principal, events: readonly string[]): void {
  const subjects = [...new Set(events.map((event) => String(event).split(":")[0]))];
  const legacy = subjects.map((subject) => (subject === "repo" ? "repository" : `${subject}`));
  requireScopes(
    token,
    token.kind === "api_token" ? legacy.map((scope) => `read:${scope}:bitbucket`) : legacy,
  );
}

function requireScopes(token: Token, required: readonly string[]): void {
  if (token.scopes.includes("*")) return;
  const granted = new Set(token.scopes);
  if (token.kind !== "api_token")
    for (const scope of token.scopes) for (const other of implied[scope] ?? []) granted.add(other);
  if (required.every((scope) => granted.has(scope))) return;
  throw new Refusal(403, "Your credentials lack one or more required privilege scopes.", {
    detail: { granted: token.scopes, required },
  });
}

function refusedToTokens(method: string, path: string, kind: Token["kind"]): boolean {
  if (path.includes("/permissions-config/")) return kind !== "oauth" || method !== "GET";
  if (kind === "oauth") return false;
  if (path.startsWith("/repositories/{workspace}/{repo_slug}/deploy-keys")) return method !== "GET";
  return path === "/user" || path.startsWith("/user/") || path.startsWith("/users/{selected_user}/");
}

/** Whether the principal administers a workspace, and so everything in it. */
export function isOwner(principal: Principal, workspace: Workspace): boolean {
  const { token, user } = principal;
  if (token.kind === "workspace_access_token" || token.kind === "oauth")
    return token.workspace === workspace.slug;
  return user !== undefined && workspace.members.get(user.uuid) === "owner";
}

/** The workspace by slug or UUID, if it is visible. */
export function workspaceOf(state: State, principal: Principal, name: string): Workspace {
  const found = name.startsWith("{")
    ? [...state.workspaces.values()].find((one) => one.uuid === name)
    : state.workspaces.get(name);
  const { token, user } = principal;
  const visible = found && (token.workspace === found.slug || (user && found.members.has(user.uuid)));
  if (!found) throw notFound(`No workspace with identifier '${name}'.`);
  if (!visible) throw refuseAccess("You do not have access to this workspace.");
  return found;
}

type AccessLevel = "read" | "write" | "admin";
const levels = ["none", "read", "write", "create-repo", "admin"];

export function inGroup(workspace: Workspace, group: string, user: User | undefined): boolean {
  return user !== undefined && (workspace.groupMembers?.get(group)?.has(user.uuid) ?? false);
}

/**
 * The highest level that a user has in these places, directly or through a group, as an index of `levels`.
 */
function levelOf(
  workspace: Workspace,
  user: User | undefined,
  ...places: readonly (Permissions | undefined)[]
): number {
  if (!user) return 0;
  const held = places.flatMap((permissions) =>
    permissions
      ? [
          permissions.users.get(user.uuid) ?? "none",
          ...[...permissions.groups].flatMap(([group, level]) =>
            inGroup(workspace, group, user) ? [level] : [],
          ),
        ]
      : [],
  );
  return Math.max(0, ...held.map((level) => levels.indexOf(level)));
}

/** Whether a user may write there, directly or through a group. */
export function mayWrite(
  workspace: Workspace,
  user: User,
  ...places: readonly (Permissions | undefined)[]
): boolean {
  return levelOf(workspace, user, ...places) >= levels.indexOf("write");
}

/** The effective permission of a principal in a repository; undefined for none. */
export function repositoryLevel(
  workspace: Workspace,
  repository: Repository,
  user: User,
): "read" | "write" | "admin" | undefined {
  if (workspace.members.get(user.uuid) === "owner") return "admin";
  const project = workspace.projects.get(repository.project);
  const held = levelOf(workspace, user, repository.permissions, project?.permissions);
  if (held >= levels.indexOf("admin")) return "admin";
  if (held >= levels.indexOf("write")) return "write";
  return held > 0 || !repository.is_private ? "read" : undefined;
}

/**
 * Throws unless the principal has this permission in a repository: 404 if it is not visible, 403 otherwise.
 */
export function allowRepository(
  principal: Principal,
  workspace: Workspace,
  repository: Repository,
  level: AccessLevel,
): void {
  const { token, user } = principal;
  if (isOwner(principal, workspace)) return;
  if (token.kind === "repo_access_token" && token.repository === repository.uuid) return;
  if (token.kind === "project_access_token" && token.project === repository.project) return;
  const project = workspace.projects.get(repository.project);
  const own = Math.max(
    levelOf(workspace, user, repository.permissions, project?.permissions),
    repository.is_private ? 0 : 1,
  );
  if (own < 1)
    throw notFound(
      `You may not have access to this repository or it no longer exists in this workspace. If you think this repository exists and you have access, make sure you are authenticated.`,
    );
  if (own < levels.indexOf(level)) throw refuseAccess();
}

/** Throws unless the principal may create repositories in a project. */
export function allowRepositoryIn(principal: Principal, workspace: Workspace, project: Project): void {
  const { token, user } = principal;
  if (isOwner(principal, workspace)) return;
  if (token.kind === "project_access_token" && token.project === project.key) return;
  if (levelOf(workspace, user, project.permissions) < levels.indexOf("create-repo"))
    throw refuseAccess("You do not have permission to create repositories in this project.");
}

/** Throws unless the principal has this permission in a project. */
export function allowProject(
  principal: Principal,
  workspace: Workspace,
  project: Project,
  level: AccessLevel,
): void {
  const { token, user } = principal;
  if (isOwner(principal, workspace)) return;
  if (token.kind === "project_access_token" && token.project === project.key && level !== "admin") return;
  const own = Math.max(levelOf(workspace, user, project.permissions), project.is_private ? 0 : 1);
  if (own < levels.indexOf(level)) throw refuseAccess();
}

export function mayReadProject(principal: Principal, workspace: Workspace, project: Project): boolean {
  try {
    allowProject(principal, workspace, project, "read");
    return true;
  } catch {
    return false;
  }
}

/** Throws unless the principal administers the workspace. */
export function allowWorkspaceAdmin(principal: Principal, workspace: Workspace): void {
  if (!isOwner(principal, workspace)) throw refuseAccess();
}
