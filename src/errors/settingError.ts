import { UserError } from "./userError";

/** A setting of the environment or of the stack's configuration that cannot be right. No request was made. */
export class SettingError extends UserError {}
