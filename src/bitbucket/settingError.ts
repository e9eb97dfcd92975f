import { UserError } from "../errors/userError";

/** A setting of the environment or of the stack's configuration that cannot be right. No request was made. */
export class SettingError extends UserError {}

/** The credential is missing, or cannot be right. No request was made. */
export class CredentialsError extends SettingError {}
