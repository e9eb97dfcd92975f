export { UnknownUserError } from "./members";
export { CannotTellError, LiveReader, UnexpectedShapeError } from "./reader";
export { readText } from "./text";
