/** A workspace as the checks see it: each object with what belongs to it, and with what could not be read. */
import type { SurveyedObject } from "../../../live";

/** What is read of an owner. A check names the parts that it needs. */
export type Part =
  | "settings"
  | "pipelines"
  | "branchRestrictions"
  | "branchingModel"
  | "users"
  | "groups"
  | "webhooks"
  | "variables"
  | "environments"
  | "deployKeys"
  | "runners"
  | "commits"
  | "members";

/** A deploy key with what only an audit looks at. */
export interface AuditedKey {
  readonly id: string;
  readonly label: string;
  /** ISO 8601. Undefined where the API does not say it. */
  readonly addedOn?: string | undefined;
  /** ISO 8601. Null: never used. Undefined where the API does not say it. */
  readonly lastUsed?: string | null | undefined;
}

interface OwnerView {
  /** Parts that could not be read: nothing is known of them. */
  readonly unread: ReadonlySet<Part>;
  readonly webhooks: readonly SurveyedObject[];
  readonly variables: readonly SurveyedObject[];
  readonly runners: readonly SurveyedObject[];
}

/** What grants access: a repository, or a project. */
interface AccessView {
  /** Permissions of users, with their UUIDs as ids. */
  readonly users: readonly SurveyedObject[];
  /** Permissions of groups. */
  readonly groups: readonly SurveyedObject[];
  readonly deployKeys: readonly AuditedKey[];
}

export interface WorkspaceView extends OwnerView {
  readonly level: "workspace";
  readonly slug: string;
  /** Names of the members by their UUIDs. */
  readonly members: ReadonlyMap<string, string>;
}

export interface ProjectView extends OwnerView, AccessView {
  readonly level: "project";
  readonly key: string;
  readonly object: SurveyedObject;
  readonly workspace: WorkspaceView;
}

export interface RepositoryView extends OwnerView, AccessView {
  readonly level: "repository";
  readonly slug: string;
  /** The project's key. */
  readonly project?: string | undefined;
  readonly object: SurveyedObject;
  readonly workspace: WorkspaceView;
  readonly isPrivate: boolean;
  /** Undefined: it has no commits. */
  readonly mainBranch?: string | undefined;
  readonly restrictions: readonly SurveyedObject[];
  /** Branch types of the branching model that the main branch has. */
  readonly mainBranchTypes: ReadonlySet<string>;
  readonly environments: readonly SurveyedObject[];
  /** ISO 8601. Undefined: it has no commits. */
  readonly lastCommit?: string | undefined;
}

export type View = WorkspaceView | ProjectView | RepositoryView;

export interface AuditedWorkspace {
  readonly workspace: WorkspaceView;
  readonly projects: readonly ProjectView[];
  readonly repositories: readonly RepositoryView[];
}
