export { UnprovenAbsenceError, VanishedError } from "./absence";
export { UnknownUserError } from "./members";
export {
  CannotTellError,
  type LiveOptions,
  LiveReader,
  NoProjectError,
  UnexpectedShapeError,
} from "./reader";
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
