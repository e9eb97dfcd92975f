/** The provider's settings: from `pulumi config` for the default provider, or as its arguments. */
import { z } from "zod";
import { tokenTypes } from "../bitbucket";
import { pieceNames } from "../credentials/source";

const text = z.string().min(1, "must not be empty");
const count = (least: number, description: string) =>
  z.int().min(least, `must be a whole number, at least ${least}`).optional().meta({ description });

/** The arguments of a provider, in display order. Missing ones come from the environment. */
export const providerConfig = z.object({
  workspace: text
    .optional()
    .meta({ description: "The default workspace of resources: its slug, or its UUID in braces." }),
  token: text.optional().meta({
    secret: true,
    description:
      "The token: an API token, or an access token of a workspace, project or repository. Default: the credential in the environment, a profile, `pass` or the keychain.",
  }),
  tokenType: z
    .enum(tokenTypes)
    .optional()
    .meta({ description: "The type of the token. Default: an API token if `email` is set." }),
  email: text.optional().meta({ description: "The e-mail address of the API token's Atlassian account." }),
  username: text.optional().meta({ description: "The Bitbucket user name, for clone URLs." }),
  oauthClientId: text.optional().meta({ description: "The key of an OAuth consumer." }),
  oauthClientSecret: text.optional().meta({ secret: true, description: "The secret of an OAuth consumer." }),
  profile: text.optional().meta({
    description: "The profile with the credential: see `npx bitbucket-as-code auth login`.",
  }),
  apiUrl: z
    .url({ protocol: /^https?$/, error: "must be a URL, such as https://api.bitbucket.org/2.0" })
    .optional()
    .meta({ description: "The API's base URL. Default: `https://api.bitbucket.org/2.0`." }),
  concurrency: count(1, "The maximum number of concurrent requests."),
  requestsPerHour: count(1, "The maximum number of requests an hour with this credential from this machine."),
  adopt: z.boolean().optional().meta({
    description:
      "Whether existing objects with the same natural key are adopted and updated to the desired state, as if `adopt` were set on each resource.",
  }),
  maxDeletions: count(0, "The maximum number of deletions and replacements in a run."),
  maxDeletionPercent: count(
    0,
    "The same as a percentage of the resources in the state, once there are 10. Default: 30.",
  ),
});

export type ProviderConfig = z.output<typeof providerConfig>;
export type ConfigName = keyof ProviderConfig;

/** The names, in the order of the declaration. */
export const configNames = Object.keys(providerConfig.shape) as ConfigName[];

/** The environment variables that are used if an argument is missing. */
export const variables: Readonly<Record<ConfigName, readonly string[]>> = {
  workspace: ["BITBUCKET_WORKSPACE"],
  token: ["BITBUCKET_TOKEN"],
  tokenType: ["BITBUCKET_TOKEN_TYPE"],
  email: ["BITBUCKET_EMAIL"],
  username: ["BITBUCKET_USERNAME"],
  oauthClientId: ["BITBUCKET_OAUTH_CLIENT_ID"],
  oauthClientSecret: ["BITBUCKET_OAUTH_CLIENT_SECRET"],
  profile: ["BITBUCKET_PROFILE"],
  apiUrl: ["BITBUCKET_API_URL"],
  concurrency: ["BITBUCKET_CONCURRENCY"],
  requestsPerHour: ["BITBUCKET_REQUESTS_PER_HOUR"],
  adopt: ["BITBUCKET_ADOPT"],
  maxDeletions: [],
  maxDeletionPercent: [],
};

/** The arguments that hold the credential. */
const credential: readonly ConfigName[] = [...pieceNames, "profile"];

/** Other sources of a credential. */
const otherCredentials = ["BITBUCKET_PASSWORD", "BITBUCKET_OAUTH_TOKEN"];

/**
 * The environment of a provider's client, without the variables that its arguments replace: two providers in
 * one program have two credentials, whatever the environment holds.
 */
export function environmentBeside(
  config: Partial<Record<ConfigName, unknown>>,
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv {
  const given = configNames.filter((name) => config[name] !== undefined);
  const isCredentialGiven = (["token", "oauthClientSecret", "profile"] as const).some((name) =>
    given.includes(name),
  );
  const hidden = new Set([
    ...given.flatMap((name) => variables[name]),
    ...(isCredentialGiven ? [...credential.flatMap((name) => variables[name]), ...otherCredentials] : []),
  ]);
  return Object.fromEntries(Object.entries(env).filter(([name]) => !hidden.has(name)));
}
