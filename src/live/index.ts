export { CannotTellError, NoProjectError, UnprovenAbsenceError, VanishedError } from "./absence";
export { UnknownUserError } from "./members";
export { type LiveOptions, LiveReader } from "./reader";
export { UnexpectedShapeError } from "./shape";
export { SharedReads } from "./shared";
export {
  isListed,
  type Survey,
  type Surveyed,
  type SurveyOptions,
  type SurveyProgress,
  survey,
  surveyedKinds,
  type Unreadable,
} from "./survey";
export { readText } from "./text";
export type { HeldObject } from "./vanishing";
export {
  CannotTellWorkspaceError,
  type Held,
  type Home,
  OtherWorkspaceError,
  RenamedWorkspaceError,
  RepositoryElsewhereError,
  type WorkspaceIdentity,
  Workspaces,
} from "./workspaces";
