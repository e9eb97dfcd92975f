export { packageRoot, packageVersion } from "./package";
export { keepSecret, maskedSecret, redact } from "./redact";
export { isShapeError, issueText, readAs, shapeText, typeText } from "./shape";
export { errorText, isBug, messageOf } from "./show";
export { UserError } from "./userError";
