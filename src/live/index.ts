export { NoProjectError, UndecidableError, UnprovenAbsenceError, VanishedError } from "./absence";
export type { HeldObject } from "./absenceCheck";
export { UnknownUserError } from "./members";
export { type LiveOptions, LiveReader } from "./reader";
export { UnexpectedShapeError } from "./shape";
export { SharedReads } from "./shared";
export {
  isListed,
  type Survey,
  type SurveyedObject,
  type SurveyOptions,
  type SurveyProgress,
  surveyedKinds,
  surveyWorkspace,
  type UnreadablePart,
} from "./survey";
export { readText } from "./text";
export {
  OtherWorkspaceError,
  RenamedWorkspaceError,
  RepositoryElsewhereError,
  UndecidableWorkspaceError,
  type WorkspaceHome,
  type WorkspaceIdentity,
  type WorkspaceReference,
  Workspaces,
} from "./workspaces";
