export { NoProjectError, UndecidableError, UnprovenAbsenceError, VanishedError } from "./absence";
export type { HeldObject } from "./absenceCheck";
export { listHeads, type RepositoryHead, readCommitFile, readHead } from "./commitFile";
export { ReadRecorder, ReadReplay, type RecordedRead, recordedRead } from "./earlierReads";
export { UnknownUserError } from "./members";
export { type LiveOptions, LiveReader } from "./reader";
export { forgetReadings, readingFile } from "./readings";
export { ReadJournal } from "./readJournal";
export type { EarlierReads } from "./recordedReads";
export { UnexpectedShapeError } from "./shape";
export { SharedReads } from "./shared";
export {
  isListed,
  type Survey,
  type SurveyedObject,
  type SurveyOptions,
  type SurveyProgress,
  type SurveyRoot,
  surveyedKinds,
  surveyWorkspace,
  type UnreadablePart,
} from "./survey";
export { readText } from "./text";
export {
  NoWorkspaceError,
  OtherWorkspaceError,
  RenamedWorkspaceError,
  UndecidableWorkspaceError,
} from "./workspaceErrors";
export type { WorkspaceHome, WorkspaceReference } from "./workspaces";
