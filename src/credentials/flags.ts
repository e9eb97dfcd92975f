/**
 * What the command line's options say of the credential. They have to reach the processes that a command starts, the
 * engine and the provider, and do so in one variable of the environment: arguments can be seen by everybody.
 */
import { z } from "zod";

/** The variable. Nobody sets it by hand. */
export const flagsVariable = "BITBUCKET_FLAGS";

const flagsSchema = z.object({
  profile: z.string().optional(),
  /** The content of the file of `--token-file`. */
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  tokenType: z.string().optional(),
  email: z.string().optional(),
  username: z.string().optional(),
});
export type CredentialFlags = z.output<typeof flagsSchema>;

export function readFlags(env: Readonly<Record<string, string | undefined>>): CredentialFlags {
  const text = env[flagsVariable];
  return text ? flagsSchema.parse(JSON.parse(text)) : {};
}

/** The environment of a process that should know them. */
export function withFlags(flags: CredentialFlags): Readonly<Record<string, string>> {
  return Object.values(flags).some((value) => value !== undefined)
    ? { [flagsVariable]: JSON.stringify(flags) }
    : {};
}
