export { environment, readOnlyEnvironment, setVariables } from "./process";
