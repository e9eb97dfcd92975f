/** Audit: a workspace's live state held against checks, without a project, YAML or state. */
export { type AuditOptions, auditWorkspace } from "./audit";
export type { AuditCheck } from "./check";
export { checkNamed, checks } from "./checks";
export * from "./model";
export { type AuditSettings, defaultSettings } from "./settings";
