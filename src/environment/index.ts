/** What the environment says: the only room that reads it. */
export { environment, isDebugging, logLevel, readOnlyEnvironment, setVariables } from "./process";
export {
  type EnvironmentVariable,
  privateVariables,
  type VariableName,
  variable,
  variables,
} from "./variables";
export { toWholeNumber } from "./wholeNumber";
