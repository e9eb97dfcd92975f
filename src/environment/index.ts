/** The process's environment: the only room that reads it. */
export {
  environment,
  isDebugging,
  logLevel,
  readOnlyEnvironment,
  setVariables,
  takeVariable,
} from "./process";
export {
  checkVariables,
  type Env,
  type EnvironmentVariable,
  privateVariables,
  type VariableName,
  variable,
  variables,
} from "./variables";
export { readWholeNumber, toWholeNumber } from "./wholeNumber";
