/**
 * The password store `pass`: `bitbucket/<name>/api-token` and `bitbucket/<name>/username`, where `<name>` is
 * the profile's, the workspace's or the Pulumi project's. https://www.passwordstore.org/
 */
import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { CredentialsError } from "../../bitbucket";
import type { Env } from "../../environment";
import { type ProgramFailure, runProgramSync } from "../../process/run";
import { runOnce } from "../once";
import { type CredentialSource, nothing, type Piece, toPieces } from "../source";

/** Milliseconds that `pass` may take: somebody may have to type a passphrase. */
const patience = 120_000;

export const pass: CredentialSource = {
  name: "pass",
  title: "the password store pass",
  slow: true,
  look({ env, names }) {
    const name = names.find((one) => isThere(tokenEntry(one), env));
    if (name === undefined) return nothing;
    return {
      pieces: toPieces({
        token: entry(tokenEntry(name), env),
        username: entry(`bitbucket/${name}/username`, env),
        email: entry(`bitbucket/${name}/email`, env),
      }),
    };
  },
};

/** The path of a name's token. */
export function tokenEntry(name: string): string {
  return `bitbucket/${name}/api-token`;
}

function entry(path: string, env: Env): Piece | undefined {
  if (!isThere(path, env)) return undefined;
  return { from: `the entry ${path} of pass`, text: () => readPassEntry(path, env) };
}

/** Whether an entry exists. Decrypts nothing. */
function isThere(path: string, env: Env): boolean {
  const store = env.PASSWORD_STORE_DIR || join(env.HOME || homedir(), ".password-store");
  return existsSync(join(store, `${path}.gpg`));
}

/**
 * Returns the first line of an entry. It is decrypted once per process.
 *
 * @throws {CredentialsError} if it cannot be decrypted.
 */
export function readPassEntry(path: string, env: Env): string {
  return runOnce(["pass", path, env.PASSWORD_STORE_DIR, env.GNUPGHOME, env.HOME], () => {
    const { exitCode, stdout, stderr, failure } = runProgramSync("pass", ["show", "--", path], {
      env,
      patience,
    });
    const said = stderr.trim().split(/\r?\n/, 1)[0];
    if (exitCode !== 0)
      throw new CredentialsError(
        `The entry ${path} of pass cannot be opened: ${isMissing(failure) ? "pass is not installed" : said || "it failed"}. ` +
          `Try it by hand with: pass show ${path}`,
      );
    const text = stdout.split(/\r?\n/, 1)[0] ?? "";
    if (text === "") throw new CredentialsError(`The entry ${path} of pass is empty.`);
    return text;
  });
}

/** Stores a text under a path and overwrites the previous one. It is passed to `pass` on standard input. */
export function storeInPass(path: string, text: string, env: Env): void {
  runPass(["insert", "--multiline", "--force", "--", path], env, `${text}\n`);
}

export function removeFromPass(path: string, env: Env): boolean {
  if (!isThere(path, env)) return false;
  runPass(["rm", "--force", "--", path], env);
  return true;
}

function runPass(args: readonly string[], env: Env, input?: string): void {
  const { exitCode, stderr, failure } = runProgramSync("pass", args, { env, patience, input });
  if (exitCode === 0) return;
  const why = isMissing(failure)
    ? "pass is not installed"
    : stderr.trim().split(/\r?\n/).at(-1) || "it failed";
  throw new CredentialsError(`pass ${args[0]} failed: ${why}`);
}

function isMissing(failure: ProgramFailure | undefined): boolean {
  return failure?.reason === "not found";
}
