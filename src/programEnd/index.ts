export { programState } from "./state";
export { checksItself, saidWhy, watchProgram } from "./watch";
