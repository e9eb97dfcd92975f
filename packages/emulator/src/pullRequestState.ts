/** Pull requests in the state, with their comments, tasks and reviews. */

export interface Comment {
  id: number;
  raw: string;
  /** A user's UUID, or the name of an access token. */
  user: string;
  /** Deleted comments stay, without their text. */
  deleted: boolean;
  inline: Record<string, unknown> | undefined;
  parent: number | undefined;
  created_on: string;
  updated_on: string;
  /** Set for a resolved thread. */
  resolution?: { user: string; created_on: string } | undefined;
}

/** A user's verdict on a pull request or a commit as a whole. */
export interface Participation {
  state: "approved" | "changes_requested" | null;
  participated_on: string | null;
}

export interface Task {
  id: number;
  raw: string;
  resolved: boolean;
  creator: string;
  comment: number | undefined;
  created_on: string;
  updated_on: string;
  resolved_on: string | undefined;
  resolved_by: string | undefined;
}

/** An event of a pull request, oldest first. */
export interface Activity {
  kind: "update" | "approval" | "changes_requested" | "comment";
  user: string;
  date: string;
  /** The new state of an update. */
  state?: string;
  title?: string;
  description?: string;
  comment?: number;
}

export interface PullRequest {
  id: number;
  title: string;
  description: string;
  state: "OPEN" | "MERGED" | "DECLINED" | "SUPERSEDED";
  draft: boolean;
  close_source_branch: boolean;
  /** Branches of the repository itself: pull requests from forks are not supported. */
  source: string;
  destination: string;
  author: string | undefined;
  reviewers: string[];
  merge_commit: string | undefined;
  created_on: string;
  updated_on: string;
  comments: Map<number, Comment>;
  /** The fields below are added on first use. */
  closed_by?: string;
  reason?: string;
  /** The heads when it was merged or declined: branches move on, or are deleted. */
  heads?: { source: string; destination: string };
  /** By users' UUIDs, or names of access tokens. */
  participants?: Map<string, Participation>;
  tasks?: Map<number, Task>;
  activity?: Activity[];
}
