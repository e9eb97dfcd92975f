/**
 * The credential options of the command line. They must reach the processes that a command starts, the engine
 * and the provider, and do so in one environment variable: everybody can see arguments.
 */
import { z } from "zod";
import type { Env } from "../environment";

/** The variable. It is not meant to be set by hand. */
const flagsVariable = "BITBUCKET_FLAGS";

const flagsSchema = z.object({
  profile: z.string().optional(),
  /** The content of the file of `--token-file`. */
  token: z.string().optional(),
  tokenFile: z.string().optional(),
  tokenType: z.string().optional(),
  email: z.string().optional(),
  username: z.string().optional(),
});
type CredentialFlags = z.output<typeof flagsSchema>;

export function readFlags(env: Env): CredentialFlags {
  const text = env[flagsVariable];
  return text ? flagsSchema.parse(JSON.parse(text)) : {};
}

/** The environment for a process that should receive them. */
export function withFlags(flags: CredentialFlags): Readonly<Record<string, string>> {
  return Object.values(flags).some((value) => value !== undefined)
    ? { [flagsVariable]: JSON.stringify(flags) }
    : {};
}
