/** A setting of the environment or of the stack's configuration that cannot be right. No request was made. */
export class SettingError extends Error {
  constructor(message: string) {
    super(message);
    this.name = new.target.name;
  }
}

/** The credential is missing, or cannot be right. No request was made. */
export class CredentialsError extends SettingError {}
