/** `auth login` and `auth logout`: store a token in the keychain or in `pass`, and remove it. */

import { Command, Option } from "commander";
import {
  type CredentialPart,
  type CredentialParts,
  createClient,
  type Identity,
  identifyCredential,
  toCredentials,
} from "../../bitbucket";
import {
  forgetResults,
  readFlags,
  readProfiles,
  removeFromKeychain,
  removeFromPass,
  removeToken,
  setDefaultProfile,
  storeInKeychain,
  storeInPass,
  tokenEntry,
  writeProfile,
} from "../../credentials";
import { formatIdentity } from "../../doctor";
import { environment } from "../../environment";
import { isDay } from "../../model/day";
import { askForSecret } from "../shared/ask";
import { UsageError } from "../shared/project";

interface LoginOptions {
  readonly store: "keychain" | "pass";
  readonly workspace?: string;
  readonly expires?: string;
  readonly check: boolean;
}

export function createLoginCommand(): Command {
  return new Command("login")
    .description(
      "Store a token in the keychain or in pass, for a profile. Prompts for the token, or reads it from standard input",
    )
    .addOption(
      new Option("--store <store>", "where to store the token")
        .choices(["keychain", "pass"])
        .default("keychain"),
    )
    .option("--workspace <slug>", "the workspace of the profile")
    .option("--expires <day>", "the expiry date of the token, such as 2027-01-31: doctor reminds you")
    .option("--no-check", "do not verify the token with Bitbucket")
    .addHelpText(
      "after",
      [
        "",
        "Examples:",
        "  npx bitbucket-as-code auth login --profile acme --email you@example.com",
        "  npx bitbucket-as-code auth login --profile globex --token-type workspace --store pass < token.txt",
      ].join("\n"),
    )
    .action((options: LoginOptions) => login(options));
}

async function login(options: LoginOptions): Promise<void> {
  const flags = readFlags(environment());
  const name = flags.profile ?? "default";
  if (!/^[\w.-]+$/.test(name))
    throw new UsageError(`--profile ${name}: use only letters, digits, dots, dashes and underscores.`);
  const before = readProfiles(environment()).profiles[name];
  const email = flags.email ?? before?.email ?? environment().BITBUCKET_EMAIL;
  const tokenType = flags.tokenType ?? before?.tokenType ?? environment().BITBUCKET_TOKEN_TYPE;
  const token = flags.token ?? (await askForToken());
  const given: CredentialParts = {
    token: { text: token, from: "What was typed" },
    tokenType: pieceOf(tokenType, "--token-type"),
    email: pieceOf(email, "--email"),
  };
  const credentials = toCredentials(given);
  const apiUrl = environment().BITBUCKET_API_URL ?? before?.apiUrl;
  if (options.check) {
    const client = createClient({ credentials, readOnly: true, ...(apiUrl ? { baseUrl: apiUrl } : {}) });
    try {
      const identity: Identity = await identifyCredential(client);
      process.stdout.write(`It works: ${formatIdentity(identity)}\n`);
    } finally {
      await client.close();
    }
  }
  if (options.store === "pass") storeInPass(tokenEntry(name), token, environment());
  else storeInKeychain(name, token);
  const file = writeProfile(environment(), name, {
    workspace: options.workspace,
    expires: dayIn(options.expires),
    apiUrl,
    email: credentials.type === "api-token" ? credentials.email : undefined,
    username: flags.username,
    tokenType: credentials.type === "oauth-client" ? undefined : credentials.type,
    token: options.store === "pass" ? { fromPass: tokenEntry(name) } : { fromKeychain: name },
  });
  setDefaultProfile(environment(), name);
  forgetResults();
  const usual = readProfiles(environment()).default === name;
  process.stdout.write(
    `Stored in ${options.store === "pass" ? `pass, as ${tokenEntry(name)}` : `the keychain, as ${name}`}. ` +
      `The rest of the profile is in ${file}.\n` +
      (usual ? "It is the default. " : "") +
      `Choose it with --profile ${name} or BITBUCKET_PROFILE=${name}.\n`,
  );
}

function dayIn(text: string | undefined): string | undefined {
  if (text === undefined || isDay(text)) return text;
  throw new UsageError(`--expires ${text}: use a date such as 2027-01-31.`);
}

function pieceOf(text: string | undefined, from: string): CredentialPart | undefined {
  return text ? { text, from } : undefined;
}

async function askForToken(): Promise<string> {
  const token = await askForSecret("Token");
  if (token !== "") return token;
  throw new UsageError(
    process.stdin.isTTY
      ? "No token was entered."
      : "Standard input is empty: pipe the token into this command.",
  );
}

export function createLogoutCommand(): Command {
  return new Command("logout")
    .description("Remove a profile's token from the keychain or pass. Also revoke it at Atlassian")
    .addHelpText("after", `\nExample:\n  npx bitbucket-as-code auth logout --profile acme`)
    .action(() => {
      const name =
        readFlags(environment()).profile ??
        environment().BITBUCKET_PROFILE ??
        readProfiles(environment()).default;
      const profile = name === undefined ? undefined : readProfiles(environment()).profiles[name];
      if (!name || !profile)
        throw new UsageError(`There is no profile ${name ?? "to log out of"}. Name one with --profile.`);
      const { token } = profile;
      const removed =
        token && "fromPass" in token
          ? removeFromPass(token.fromPass, environment())
          : token && "fromKeychain" in token
            ? removeFromKeychain(token.fromKeychain)
            : false;
      if (token && !("fromPass" in token || "fromKeychain" in token))
        throw new UsageError(
          `The token of the profile ${name} is neither in pass nor in the keychain: remove it from its source.`,
        );
      removeToken(environment(), name);
      process.stdout.write(
        `${removed ? "The token was removed" : "There was no token"}, for the profile ${name}. It works until you revoke it.\n`,
      );
    });
}
