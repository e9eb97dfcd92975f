/** Selects the effective credential of all that can be found, in the order of docs/reference/credentials.md. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { parse } from "yaml";
import {
  type CredentialOrigin,
  type CredentialPart,
  type CredentialParts,
  type Credentials,
  CredentialsError,
  defaultBaseUrl,
  toCredentials,
  whereToMake,
} from "../bitbucket";
import { type AddressOrigin, checkDestination } from "./destination";
import { readFlags } from "./flags";
import { type CredentialProfile, findProfile } from "./profiles";
import {
  type CredentialSource,
  type CredentialSources,
  type GitServer,
  type PieceName,
  pieceNames,
  type SourceAnswer,
  type SourceContext,
} from "./source";
import { configuration } from "./sources/configuration";
import { environment } from "./sources/environment";
import { flags } from "./sources/flags";
import { git } from "./sources/git";
import { keychain } from "./sources/keychain";
import { pass } from "./sources/pass";
import { defaultProfile, selectedProfile } from "./sources/profile";
import { terraform } from "./sources/terraform";

/** All sources. The first with a token, or the secret of an OAuth consumer, wins. */
export const sources: readonly CredentialSource[] = [
  flags,
  selectedProfile,
  environment,
  terraform,
  configuration,
  defaultProfile,
  pass,
  git,
  keychain,
];

/** A source with its answer. */
export interface SourceLookup extends SourceAnswer {
  readonly source: CredentialSource;
}

/** The findings before any check. */
export interface CredentialLookup {
  readonly looked: readonly SourceLookup[];
  /** The source whose secret is used. */
  readonly winner: SourceLookup | undefined;
  /** The source of each effective part. */
  readonly pieces: {
    readonly [name in PieceName]?: { readonly from: string; readonly source: CredentialSource };
  };
  readonly given: CredentialParts;
  readonly profile: CredentialProfile | undefined;
  /** The API's base URL, and its source. */
  readonly api: Address;
  readonly gitServer: GitServer;
}

/** The API's base URL, and its source. */
interface Address extends CredentialPart {
  readonly origin: AddressOrigin;
}

export interface ResolvedCredentials extends CredentialLookup {
  readonly credentials: Credentials;
  /** The Bitbucket user name, if known. */
  readonly username: string | undefined;
}

/**
 * Returns the effective credential.
 *
 * @throws {CredentialsError} that says what to set, if there is none or it is invalid.
 */
export function findCredentials(where: CredentialSources): ResolvedCredentials {
  const found = lookUpCredentials(where);
  const username = found.given.username?.text;
  return {
    ...found,
    credentials: requireCredentials(found),
    username: username?.includes("@") ? undefined : username,
  };
}

/** Where the parts of a credential come from. */
export function originOfCredential({
  credentials: { type },
  pieces,
  given,
}: Pick<ResolvedCredentials, "credentials" | "pieces" | "given">): CredentialOrigin {
  const secret = pieces.token ?? pieces.oauthClientSecret;
  const email: PieceName = given.email ? "email" : "username";
  const used: readonly (readonly [what: string, name: PieceName])[] = [
    ...(type === "api-token" ? [["e-mail address", email] as const] : []),
    ...(type === "oauth-client" ? [["id", "oauthClientId"] as const] : [["type", "tokenType"] as const]),
  ];
  return {
    from: secret?.from ?? "",
    elsewhere: used.flatMap(([what, name]) => {
      const part = given[name];
      return part && pieces[name]?.source !== secret?.source ? [{ what, ...part }] : [];
    }),
  };
}

/**
 * Returns the credential of a lookup.
 *
 * @throws {CredentialsError} if there is none, it is invalid, or it must not be sent to the API's address.
 */
export function requireCredentials(found: CredentialLookup): Credentials {
  checkDestination(found);
  if (found.winner || found.given.oauthClientId) return toCredentials(found.given);
  const problems = found.looked.flatMap(({ source, problem }) =>
    problem && source.name === "git" ? [`From ${source.title}: ${problem}.`] : [],
  );
  const profile = found.profile
    ? [`The profile ${found.profile.name} in ${found.profile.file} has no token.`]
    : [];
  throw new CredentialsError(
    ["There is no Bitbucket token.", ...profile, ...problems, whereToMake].join(" "),
  );
}

/**
 * Looks for credentials, in order.
 *
 * @param all Queries the slow sources even if a source before them has won. The result is the same.
 */
export function lookUpCredentials(where: CredentialSources, all = false): CredentialLookup {
  const { env, config = () => undefined, namespace = "bitbucket", without = [] } = where;
  const configHas = where.configHas ?? ((key: string) => Boolean(config(key)));
  const profile = findProfile(env, readFlags(env).profile, config);
  const api = apiOf({ env, config, namespace }, profile);
  const context: SourceContext = {
    env,
    config,
    configHas,
    namespace,
    profile,
    names: namesOf(where, config, profile),
    gitServer: gitServerOf(api.text),
  };
  const looked: SourceLookup[] = [];
  let winner: SourceLookup | undefined;
  /** The sources that count: a slow source after the winner does not, whether it was queried or not. */
  const counting: SourceLookup[] = [];
  for (const source of sources) {
    if (without.includes(source.name)) continue;
    const late = source.slow && winner !== undefined;
    if (late && !all) continue;
    const one: SourceLookup = { source, ...source.look(context) };
    looked.push(one);
    if (!late) counting.push(one);
    if (isCandidate(one)) winner ??= one;
  }
  return { looked, winner, profile, api, gitServer: context.gitServer, ...piecesFor(winner, counting) };
}

/** Whether a source has a secret to log in with. */
export function isCandidate({ pieces }: SourceAnswer): boolean {
  return pieces.token !== undefined || pieces.oauthClientSecret !== undefined;
}

/** Takes related parts from one source, and those that it lacks from the others, in order. */
function piecesFor(
  winner: SourceLookup | undefined,
  counting: readonly SourceLookup[],
): Pick<CredentialLookup, "pieces" | "given"> {
  const order = winner ? [winner, ...counting.filter((one) => one !== winner)] : counting;
  const secrets: readonly PieceName[] = ["token", "oauthClientSecret"];
  const pieces: { [name in PieceName]?: { from: string; source: CredentialSource } } = {};
  const given: { [name in PieceName]?: CredentialPart } = {};
  for (const name of pieceNames) {
    // A second secret from elsewhere is another credential, not a part of this one.
    const holders = secrets.includes(name) ? order.filter((one) => one === winner) : order;
    const holder = holders.find((one) => one.pieces[name]);
    const found = holder?.pieces[name];
    if (!holder || !found) continue;
    if (winner?.pieces.token && (name === "oauthClientId" || name === "oauthClientSecret")) continue;
    pieces[name] = { from: found.from, source: holder.source };
    given[name] = { from: found.from, text: found.text() };
  }
  if (!given.tokenType && winner?.impliedType) {
    const from =
      winner.source.name === "git" ? "the user name in git's credentials" : "the name of its variable";
    pieces.tokenType = { from, source: winner.source };
    given.tokenType = { from, text: winner.impliedType };
  }
  return { pieces, given };
}

function apiOf(
  { env, config, namespace }: Pick<SourceContext, "env" | "config" | "namespace">,
  profile: CredentialProfile | undefined,
): Address {
  const profiled: Address[] = profile?.apiUrl
    ? [{ text: profile.apiUrl, from: `apiUrl of the profile ${profile.name}`, origin: "profile" }]
    : [];
  const stated: Address[] = [
    { text: env.BITBUCKET_API_URL ?? "", from: "BITBUCKET_API_URL", origin: "environment" },
    { text: config("apiUrl") ?? "", from: `${namespace}:apiUrl`, origin: "configuration" },
  ];
  const others = stated.filter(({ text }) => text !== "");
  const order = profile?.selected ? [...profiled, ...others] : [...others, ...profiled];
  return order[0] ?? { text: defaultBaseUrl, from: "the default", origin: "default" };
}

/** The server of an API's repositories: bitbucket.org, or the emulator itself. */
export function gitServerOf(apiUrl: string): GitServer {
  const url = URL.canParse(apiUrl) ? new URL(apiUrl) : new URL(defaultBaseUrl);
  if (url.host === new URL(defaultBaseUrl).host) return { protocol: "https", host: "bitbucket.org" };
  return { protocol: url.protocol.slice(0, -1), host: url.host };
}

function namesOf(
  where: CredentialSources,
  config: SourceContext["config"],
  profile: CredentialProfile | undefined,
): string[] {
  const names = [
    profile?.name,
    profile?.workspace,
    where.env.BITBUCKET_WORKSPACE ?? config("workspace"),
    pulumiProject(where.folder ?? process.cwd()),
  ];
  return [...new Set(names.filter((name) => name !== undefined && /^[\w][\w.-]*$/.test(name)))] as string[];
}

/**
 * The name of the Pulumi project in a folder or above it. The engine also runs providers in a subfolder of
 * it.
 */
function pulumiProject(from: string): string | undefined {
  for (let folder = resolve(from); ; folder = dirname(folder)) {
    const file = join(folder, "Pulumi.yaml");
    if (existsSync(file)) {
      try {
        const project: unknown = parse(readFileSync(file, "utf8"));
        const name = typeof project === "object" && project !== null && "name" in project ? project.name : "";
        return typeof name === "string" ? name : undefined;
      } catch {
        // Code that needs the project reports its problems.
        return undefined;
      }
    }
    if (folder === dirname(folder)) return undefined;
  }
}
