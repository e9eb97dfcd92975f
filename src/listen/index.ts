/** Takes Bitbucket's webhooks, and looks at the one repository that each is about. */
export { listen } from "./listen";
export { type LogEntry, renderLogLine, renderLogText } from "./log";
export type { SubjectLook } from "./scheduler";
