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

/** The part that the objects of a kind are. */
export const partOfKind: ReadonlyMap<Kind, Part> = new Map<Kind, Part>([
  [branchingModel, "branchingModel"],
  [branchRestriction, "branchRestrictions"],
  [repositoryUserPermission, "users"],
  [repositoryGroupPermission, "groups"],
  [projectUserPermission, "users"],
  [projectGroupPermission, "groups"],
  [webhook, "webhooks"],
  [pipelineVariable, "variables"],
  [deploymentEnvironment, "environments"],
  [runner, "runners"],
]);

/** Where something could not be read. Neither: in the workspace itself. */
export interface UnreadPlace {
  readonly project?: string | undefined;
  readonly repository?: string | undefined;
}

/** Something that could not be read. */
export interface UnreadPart extends UnreadPlace {
  readonly part: string;
  readonly reason: string;
}

/** The project and repository that something unread is in. */
export function placeOfUnread({ owner }: UnreadablePart): UnreadPlace {
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
