export { programState } from "./state";
export { exitCodeErrorReported, markSelfChecking, watchProgram } from "./watch";
