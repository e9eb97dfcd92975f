export { packageRoot, packageVersion } from "./package";
export { keepSecret, redact } from "./redact";
export { isObject, isShapeError, issueText, readAs, shapeText, typeText } from "./shape";
export { errorText, isBug, messageOf } from "./show";
export { UserError } from "./userError";
