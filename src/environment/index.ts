/** What the environment says: the only room that reads it. */
export { environment, isDebugging, logLevel, readOnlyEnvironment, setVariables } from "./process";
export { privateVariables, type Variable, type VariableName, variable, variables } from "./variables";
