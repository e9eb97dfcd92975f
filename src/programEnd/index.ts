export { programState } from "./state";
export { exitCodeErrorReported, isProgram, markSelfChecking, watchProgram } from "./watch";
