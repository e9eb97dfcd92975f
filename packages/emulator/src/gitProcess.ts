/** How git is run. */
import { devNull } from "node:os";

/** Git without the user's settings. */
export const gitEnvironment: Readonly<Record<string, string>> = {
  PATH: process.env.PATH ?? "",
  LC_ALL: "C",
  HOME: devNull,
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_CONFIG_GLOBAL: devNull,
  GIT_COMMITTER_NAME: "Bitbucket",
  GIT_COMMITTER_EMAIL: "noreply@bitbucket.org",
};

/** A run of git that exited with a code other than 0. */
export class GitFailure extends Error {
  constructor(
    message: string,
    readonly code: unknown,
    readonly stdout: Buffer,
  ) {
    super(message);
  }
}
