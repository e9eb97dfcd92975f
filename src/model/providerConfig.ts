/** The native provider's settings: from `pulumi config` for the default provider, or as its arguments. */
import { z } from "zod";
import { tokenTypes } from "../bitbucket";

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
