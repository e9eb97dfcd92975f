import { SettingError } from "../errors/settingError";

export { SettingError };

/** The credential is missing or invalid. No request was sent. */
export class CredentialsError extends SettingError {}
