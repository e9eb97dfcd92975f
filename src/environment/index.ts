/** The process's environment: the only room that reads it. */
export {
  environment,
  isDebugging,
  logLevel,
  readOnlyEnvironment,
  setVariables,
  takeVariable,
} from "./process";
export { checkVariables, privateVariables, type VariableName, variable, variables } from "./variables";
export type { Env, EnvironmentVariable } from "./variableText";
export { readWholeNumber, toWholeNumber } from "./wholeNumber";
