export { UnknownUserError } from "./members";
export { CannotTellError, LiveReader, UnexpectedShapeError } from "./reader";
export { SharedReads } from "./shared";
export { readText } from "./text";
