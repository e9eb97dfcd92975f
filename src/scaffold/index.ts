export { readCurrentBackend } from "./backend";
export { type PackageManager, type ProjectDescription, programFiles, projectFiles } from "./project";
export { templateFiles } from "./templates";
