/** A profile: its settings, and the secrets that it refers to. */
import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { CredentialsError } from "../../bitbucket";
import { codeOf } from "../../errors";
import type { CredentialProfile, Reference } from "../profiles";
import {
  type CredentialSource,
  nothing,
  type Piece,
  type SourceAnswer,
  type SourceContext,
  toPiece,
  toPieces,
} from "../source";
import { readKeychain } from "./keychain";
import { readPassEntry } from "./pass";

/**
 * A profile that was chosen for this run comes before the environment; any other after the stack's
 * configuration.
 */
export const selectedProfile: CredentialSource = {
  name: "profile",
  title: "the selected profile",
  slow: false,
  look: (context) => (context.profile?.selected ? ofProfile(context.profile, context) : nothing),
};

export const defaultProfile: CredentialSource = {
  name: "default profile",
  title: "the stack's or the default profile",
  slow: false,
  look: (context) =>
    context.profile && !context.profile.selected ? ofProfile(context.profile, context) : nothing,
};

function ofProfile(profile: CredentialProfile, context: SourceContext): SourceAnswer {
  const setting = (key: "tokenType" | "email" | "username" | "oauthClientId") =>
    toPiece(profile[key], `${key} of the profile ${profile.name}`);
  const secret = (key: "token" | "oauthClientSecret") => {
    const reference = profile[key];
    return (
      reference && resolveReference(reference, `${key} of the profile ${profile.name}`, profile, context)
    );
  };
  return {
    pieces: toPieces({
      token: secret("token"),
      tokenType: setting("tokenType"),
      email: setting("email"),
      username: setting("username"),
      oauthClientId: setting("oauthClientId"),
      oauthClientSecret: secret("oauthClientSecret"),
    }),
  };
}

function resolveReference(
  reference: Reference,
  what: string,
  profile: CredentialProfile,
  { env }: SourceContext,
): Piece {
  if ("fromEnv" in reference) {
    const name = reference.fromEnv;
    return {
      from: `${name}, as the ${what} says`,
      text: () => env[name] || failMissing(what, `the environment variable ${name} is not set`),
    };
  }
  if ("fromPass" in reference) {
    const entry = reference.fromPass;
    return { from: `the entry ${entry} of pass, as the ${what} says`, text: () => readPassEntry(entry, env) };
  }
  if ("fromKeychain" in reference) {
    const name = reference.fromKeychain;
    return {
      from: `the keychain's entry ${name}, as the ${what} says`,
      text: () => {
        const { password, problem } = readKeychain(name);
        return password ?? failMissing(what, problem ?? `the keychain has no entry ${name}`);
      },
    };
  }
  const file = resolve(dirname(profile.file), reference.fromFile.replace(/^~(?=\/)/, env.HOME || homedir()));
  return { from: `the file ${file}, as the ${what} says`, text: () => contentOf(file, what) };
}

function contentOf(file: string, what: string): string {
  try {
    return readFileSync(join(file), "utf8").replace(/\r?\n$/, "");
  } catch (error) {
    return failMissing(what, `the file ${file} cannot be read (${codeOf(error) ?? "unknown"})`);
  }
}

function failMissing(what: string, why: string): never {
  throw new CredentialsError(`The ${what} is not available: ${why}.`);
}
