/**
 * Several named identities in a file without secrets: `$XDG_CONFIG_HOME/bitbucket-as-code/profiles.yaml`, or
 * the one in `BITBUCKET_PROFILES`.
 */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { Document, parseDocument } from "yaml";
import { z } from "zod";
import { CredentialsError, tokenTypes } from "../bitbucket";
import type { Env } from "../environment";
import { formatIssue } from "../errors";
import { replaceFile } from "../process/replaceFile";

/** The location of a profile's secret. */
const reference = z.union([
  z.strictObject({ fromEnv: z.string() }),
  z.strictObject({ fromPass: z.string() }),
  z.strictObject({ fromKeychain: z.string() }),
  z.strictObject({ fromFile: z.string() }),
]);
export type Reference = z.output<typeof reference>;

const profileSchema = z.strictObject({
  workspace: z.string().optional(),
  apiUrl: z.string().optional(),
  tokenType: z.enum(tokenTypes).optional(),
  email: z.string().optional(),
  username: z.string().optional(),
  token: reference.optional(),
  oauthClientId: z.string().optional(),
  oauthClientSecret: reference.optional(),
  /** The expiry date of the token, as shown when it was created: the API does not return it. */
  expires: z.iso.date().optional(),
});
type ProfileSettings = z.output<typeof profileSchema>;

export interface CredentialProfile extends ProfileSettings {
  readonly name: string;
  /** The file that declares it. */
  readonly file: string;
  /** How it was chosen: `--profile`, `BITBUCKET_PROFILE`, `bitbucket:profile`, or as the file's default. */
  readonly chosenBy: string;
  /** Whether it is the file's default. */
  readonly isDefault: boolean;
  /** Whether it was chosen for this run. Otherwise the environment and the stack take precedence. */
  readonly selected: boolean;
}

const profilesSchema = z.strictObject({
  default: z.string().optional(),
  profiles: z.record(z.string().regex(/^[\w.-]+$/), profileSchema).default({}),
});
type Profiles = z.output<typeof profilesSchema>;

/**
 * The workspace of a profile that was chosen for this run, else the other one, else that of a default profile. An empty one is
 * none.
 */
export function workspaceBeside(
  profile: CredentialProfile | undefined,
  other: () => string | undefined,
): string | undefined {
  return (profile?.selected && profile.workspace) || other() || profile?.workspace;
}

function profilesFile(env: Env): string {
  if (env.BITBUCKET_PROFILES) return env.BITBUCKET_PROFILES;
  const config = env.XDG_CONFIG_HOME || join(env.HOME || homedir(), ".config");
  return join(config, "bitbucket-as-code", "profiles.yaml");
}

/**
 * Returns all profiles; none if there is no file.
 *
 * @throws {CredentialsError} if the file is invalid. The message quotes no value.
 */
export function readProfiles(env: Env): Profiles {
  const file = profilesFile(env);
  if (!existsSync(file)) return { profiles: {} };
  const document = parseDocument(readFileSync(file, "utf8"));
  const [mistake] = document.errors;
  if (mistake) throw new CredentialsError(`${file} is not YAML: ${mistake.message.split("\n")[0]}`);
  const parsed = profilesSchema.safeParse(document.toJS() ?? {});
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const path = issue?.path.join(".") ?? "";
  const secret = /\.(token|oauthClientSecret)$/.test(path)
    ? " Secrets are not written in this file: use { fromPass: entry }, { fromKeychain: name }, { fromEnv: NAME } or { fromFile: path }."
    : ` It ${issue ? formatIssue(issue) : "cannot be read"}.`;
  throw new CredentialsError(`${file}: ${path || "the file"} is invalid.${secret}`);
}

/** Adds a profile, or updates the given settings of it; the file's comments and order are preserved. */
export function writeProfile(env: Env, name: string, settings: ProfileSettings): string {
  const file = profilesFile(env);
  readProfiles(env);
  const there = existsSync(file) ? parseDocument(readFileSync(file, "utf8")) : undefined;
  const document = there?.contents ? there : new Document({ profiles: {} });
  for (const [key, value] of Object.entries(settings))
    if (value !== undefined) document.setIn(["profiles", name, key], document.createNode(value));
  write(file, document.toString());
  return file;
}

/** Makes a profile the default, unless another one is. */
export function setDefaultProfile(env: Env, name: string): void {
  const file = profilesFile(env);
  const document = parseDocument(readFileSync(file, "utf8"));
  if (document.get("default") !== undefined) return;
  document.set("default", name);
  write(file, document.toString());
}

/** Removes the token of a profile. */
export function removeToken(env: Env, name: string): void {
  const file = profilesFile(env);
  if (!existsSync(file)) return;
  const document = parseDocument(readFileSync(file, "utf8"));
  if (document.deleteIn(["profiles", name, "token"])) write(file, document.toString());
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  replaceFile(file, text, { isDurable: true });
}

/**
 * Returns the effective profile, or undefined.
 *
 * @throws {CredentialsError} if the named profile does not exist.
 */
export function findProfile(
  env: Env,
  flag: string | undefined,
  config: (key: string) => string | undefined,
): CredentialProfile | undefined {
  const file = profilesFile(env);
  const { profiles, default: usual } = readProfiles(env);
  const byDefault = `the default of ${file}`;
  const choices: [name: string | undefined, by: string, selected: boolean][] = [
    [flag, "--profile", true],
    [env.BITBUCKET_PROFILE, "BITBUCKET_PROFILE", true],
    [config("profile"), "bitbucket:profile of the stack's configuration", false],
    [usual, byDefault, false],
  ];
  for (const [name, chosenBy, selected] of choices) {
    if (!name) continue;
    const found = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
    if (found) return { ...found, name, file, chosenBy, isDefault: chosenBy === byDefault, selected };
    const known = Object.keys(profiles);
    const there =
      known.length > 0
        ? `Known profiles: ${known.join(", ")}.`
        : "The file has no profiles, or does not exist.";
    throw new CredentialsError(
      `There is no profile "${name}" (${chosenBy}) in ${file}. ${there} "npx bitbucket-as-code auth login --profile ${name}" makes it.`,
    );
  }
  return undefined;
}
