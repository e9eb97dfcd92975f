export { LiveReader, UnexpectedShapeError } from "./reader";
