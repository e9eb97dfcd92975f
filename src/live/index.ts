export { UnknownUserError } from "./members";
export { LiveReader, UnexpectedShapeError } from "./reader";
export { readText } from "./text";
