/** The parts of a workspace that an audit reads, and where something unread is. */
import {
  branchingModel,
  branchRestriction,
  deploymentEnvironment,
  pipelineVariable,
  project,
  projectGroupPermission,
  projectUserPermission,
  repository,
  repositoryGroupPermission,
  repositoryUserPermission,
  runner,
  webhook,
} from "../../../kinds";
import type { Kind } from "../../../kinds/kind";
import type { SurveyedObject, UnreadablePart } from "../../../live";
import type { Part } from "./views";

/**
 * What is surveyed. For a repository these are 9 requests, one more for each deployment environment, and 2 of the
 * audit's own.
 */
export const auditedKinds: readonly Kind[] = [
  project,
  repository,
  branchingModel,
  branchRestriction,
  repositoryUserPermission,
  repositoryGroupPermission,
  projectUserPermission,
  projectGroupPermission,
  webhook,
  pipelineVariable,
  deploymentEnvironment,
  runner,
];

/** Left out: the object itself is one of the parts. */
export const partOfKind: Readonly<Record<string, Part>> = {
  [branchingModel.name]: "branchingModel",
  [branchRestriction.name]: "branchRestrictions",
  [repositoryUserPermission.name]: "users",
  [projectUserPermission.name]: "users",
  [repositoryGroupPermission.name]: "groups",
  [projectGroupPermission.name]: "groups",
  [webhook.name]: "webhooks",
  [pipelineVariable.name]: "variables",
  [deploymentEnvironment.name]: "environments",
  [runner.name]: "runners",
};

/** Something that could not be read. */
export interface UnreadPart {
  readonly project?: string | undefined;
  readonly repository?: string | undefined;
  readonly part: string;
  readonly reason: string;
}

/** The project and repository that something unread is in. */
export function placeOfUnread({ owner }: UnreadablePart): Pick<UnreadPart, "project" | "repository"> {
  const root = owner && (rootOf(owner) ?? owner);
  const args = root?.found.args ?? {};
  const key = root?.kind === project ? args.key : args.project;
  return {
    ...(typeof key === "string" ? { project: key } : {}),
    ...(root?.kind === repository ? { repository: String(root.found.outputs.slug ?? args.slug) } : {}),
  };
}

/** The project or repository that something is in. Undefined: it is in the workspace itself. */
export function rootOf({ owner }: SurveyedObject): SurveyedObject | undefined {
  return owner && (rootOf(owner) ?? owner);
}
