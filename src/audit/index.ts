/** Audit: a workspace's live state held against checks, without a project, YAML or state. */
export { auditWorkspace } from "./audit";
export { checkNamed, checks } from "./checks";
export type { AuditCheck } from "./checks/shared/check";
export { type AuditSettings, defaultSettings } from "./checks/shared/settings";
export * from "./model";
