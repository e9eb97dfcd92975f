import { SettingError } from "../errors/settingError";

export { SettingError };

/** The credential is missing, or cannot be right. No request was made. */
export class CredentialsError extends SettingError {}
