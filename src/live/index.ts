export { UnknownUserError } from "./members";
export { LiveReader, UnexpectedShapeError } from "./reader";
