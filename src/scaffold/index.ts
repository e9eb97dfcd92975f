export { readCurrentBackend } from "./backend";
export { type ProjectDescription, programFiles, projectFiles } from "./project";
export { templateFiles } from "./templates";
