/**
 * The operating system's keychain: macOS Keychain, Windows Credential Manager, or the Secret Service of a
 * Linux desktop. Its library is loaded on demand and may be absent.
 * https://github.com/Brooooooklyn/keyring-node
 */
import type * as Keyring from "@napi-rs/keyring";
import { CredentialsError } from "../../bitbucket";
import { type Env, environment } from "../../environment";
import { codeOf, messageOf, UserError } from "../../errors";
import { runOnce } from "../once";
import { type CredentialSource, nothing } from "../source";

/** The service name of all entries. */
const keychainService = "bitbucket-as-code";

export const keychain: CredentialSource = {
  name: "keychain",
  title: "the operating system's keychain",
  slow: true,
  look({ names, env }) {
    for (const name of [...names, "default"]) {
      const { password, problem } = readKeychain(name, env);
      if (problem) return { pieces: {}, problem };
      if (password)
        return { pieces: { token: { from: `the keychain's entry ${name}`, text: () => password } } };
    }
    return nothing;
  },
};

interface KeychainAnswer {
  readonly password?: string;
  /** The reason why the keychain could not be queried. */
  readonly problem?: string;
}

/** Reads an entry of the keychain. It is queried once per process. */
export function readKeychain(name: string, env: Env = environment()): KeychainAnswer {
  return runOnce(["keychain", name, env.DBUS_SESSION_BUS_ADDRESS], () => {
    try {
      return { password: entry(name, env).getPassword() ?? undefined } as KeychainAnswer;
    } catch (error) {
      return { problem: whyNot(error) };
    }
  });
}

/** @throws {CredentialsError} if there is no keychain, or it is locked. */
export function storeInKeychain(name: string, text: string): void {
  attempt(() => entry(name, environment()).setPassword(text));
}

/** Returns false if there was no such entry. */
export function removeFromKeychain(name: string): boolean {
  return attempt(() => entry(name, environment()).deletePassword());
}

function attempt<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new CredentialsError(`The keychain cannot be used: ${whyNot(error)}`);
  }
}

function entry(name: string, env: Env): Keyring.Entry {
  // On Linux without a desktop's bus there is none, and the library would use the kernel's keyring, which is
  // lost at the next boot.
  if (process.platform === "linux" && !env.DBUS_SESSION_BUS_ADDRESS)
    throw new UserError("there is none here (no DBUS_SESSION_BUS_ADDRESS)");
  const { Entry } = require("@napi-rs/keyring") as typeof Keyring;
  return new Entry(keychainService, name, { linux: { store: "secret-service" } });
}

function whyNot(error: unknown): string {
  if (codeOf(error) === "MODULE_NOT_FOUND") return "the optional package @napi-rs/keyring is not installed";
  return messageOf(error).split("\n")[0] || "it failed";
}
