export { codeOf } from "./code";
export { withoutHostFrames } from "./hostFrames";
export { packageRoot, packageVersion } from "./package";
export { maskedSecret, redact, registerSecret } from "./redact";
export { formatIssue, formatShapeError, formatType, isObject, isShapeError, parseAs } from "./shape";
export { BugError, errorText, isBug, messageOf } from "./show";
export { tryRead } from "./tryRead";
export { UserError } from "./userError";
