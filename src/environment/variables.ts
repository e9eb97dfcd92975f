/**
 * The environment variables that people may set, with what docs/environment.md says of them. What a run hands the
 * processes that it starts is in its run context instead.
 */
import { z } from "zod";
import { toWholeNumber } from "./wholeNumber";

const text = z.string().optional();

/** Set by `1` or `true`. */
const flag = z
  .string()
  .optional()
  .transform((value) => value === "1" || value === "true");

/** A whole number above zero. Anything else counts as not given. */
const count = z
  .string()
  .optional()
  .transform((value) => (value === undefined ? undefined : toWholeNumber(value, 1)));

export interface EnvironmentVariable {
  readonly group:
    | "Credential"
    | "One run"
    | "Requests"
    | "Place"
    | "Plans and tools"
    | "Set by Bitbucket Pipelines";
  /** In Markdown. */
  readonly meaning: string;
  readonly default?: string;
  /** The key of the stack's configuration that says the same, below `bitbucket:`. The variable counts before it. */
  readonly setting?: string;
  readonly isSecret?: boolean;
  readonly value: z.ZodType<unknown, string | undefined>;
}

export const variables = {
  BITBUCKET_EMAIL: {
    group: "Credential",
    meaning: "the Atlassian account's address, with an API token",
    setting: "email",
    value: text,
  },
  BITBUCKET_TOKEN: {
    group: "Credential",
    meaning: "an API token, an access token or an OAuth access token",
    setting: "token",
    isSecret: true,
    value: text,
  },
  BITBUCKET_TOKEN_TYPE: {
    group: "Credential",
    meaning: "what the token is: `api-token`, `repository`, `project`, `workspace` or `oauth`",
    default: "`api-token`",
    setting: "tokenType",
    value: text,
  },
  BITBUCKET_USERNAME: {
    group: "Credential",
    meaning: "the Bitbucket user name, for git alone",
    setting: "username",
    value: text,
  },
  BITBUCKET_OAUTH_CLIENT_ID: {
    group: "Credential",
    meaning: "the key of an OAuth consumer",
    setting: "oauthClientId",
    value: text,
  },
  BITBUCKET_OAUTH_CLIENT_SECRET: {
    group: "Credential",
    meaning: "the secret of an OAuth consumer",
    setting: "oauthClientSecret",
    isSecret: true,
    value: text,
  },
  BITBUCKET_PASSWORD: {
    group: "Credential",
    meaning:
      "the Terraform providers' name: an API token, with the account's address in `BITBUCKET_USERNAME`",
    isSecret: true,
    value: text,
  },
  BITBUCKET_OAUTH_TOKEN: {
    group: "Credential",
    meaning: "the Terraform providers' name: an OAuth access token",
    isSecret: true,
    value: text,
  },
  BITBUCKET_PROFILE: {
    group: "Credential",
    meaning: "the profile of this run",
    default: "the default profile",
    value: text,
  },
  BITBUCKET_PROFILES: {
    group: "Credential",
    meaning: "the file of the profiles",
    default: "`~/.config/bitbucket-as-code/profiles.yaml`",
    value: text,
  },
  BITBUCKET_API_URL: {
    group: "Place",
    meaning:
      "the API's base URL; https, but for this machine's own addresses. The configuration's counts for a credential of the configuration alone: [credentials](credentials.md)",
    default: "`https://api.bitbucket.org/2.0`",
    setting: "apiUrl",
    value: text,
  },
  BITBUCKET_WORKSPACE: {
    group: "Place",
    meaning: "the workspace of classes and commands that are given none; set by Bitbucket Pipelines as well",
    setting: "workspace",
    value: text,
  },
  BITBUCKET_REPO_SLUG: {
    group: "Place",
    meaning: "the repository of `api` commands; set by Bitbucket Pipelines as well",
    default: "that of the clone in this folder",
    value: text,
  },
  BITBUCKET_ADOPT: {
    group: "One run",
    meaning: "`1` adopts what exists already and brings it to the declared state",
    setting: "adopt",
    value: flag,
  },
  BITBUCKET_ALLOW_DELETIONS: {
    group: "One run",
    meaning: "lets this run delete or replace so many resources, and all of a stack",
    value: text,
  },
  BITBUCKET_MISSING_IS_DELETED: {
    group: "One run",
    meaning:
      "`1` takes what cannot be found for deleted: repositories and projects that the credential does not see, though it is no owner of the workspace, and [more than is believable at once](behaviour.md#what-counts-as-deleted)",
    value: flag,
  },
  BITBUCKET_READ_ONLY: { group: "One run", meaning: "`1` refuses to send anything but GET", value: flag },
  BITBUCKET_LOG: {
    group: "One run",
    meaning: "`requests` shows each request; `debug` also the stacks of errors",
    value: text,
  },
  BITBUCKET_CONCURRENCY: {
    group: "Requests",
    meaning: "requests at once, at most",
    default: "16",
    setting: "concurrency",
    value: count,
  },
  BITBUCKET_REQUESTS_PER_HOUR: {
    group: "Requests",
    meaning: "the rate limit of this credential, or this machine's part of it: [scale](scale.md)",
    default: "1000",
    setting: "requestsPerHour",
    value: count,
  },
  BITBUCKET_PLAN_KEY: {
    group: "Plans and tools",
    meaning: "the key that signs [plan files](plan-files.md)",
    default: "`PULUMI_CONFIG_PASSPHRASE`, or what is in `PULUMI_CONFIG_PASSPHRASE_FILE`",
    isSecret: true,
    value: text,
  },
  BITBUCKET_AS_CODE_CACHE: {
    group: "Plans and tools",
    meaning: "the folder for a Pulumi engine that was downloaded or built",
    default: "`~/.cache/bitbucket-as-code`, or the system's own place",
    value: text,
  },
  BITBUCKET_BUILD_NUMBER: {
    group: "Set by Bitbucket Pipelines",
    meaning: "tells that this is a step of Pipelines, and which run",
    value: text,
  },
  BITBUCKET_REPO_FULL_NAME: {
    group: "Set by Bitbucket Pipelines",
    meaning: "the repository that reports go to",
    value: text,
  },
  BITBUCKET_COMMIT: {
    group: "Set by Bitbucket Pipelines",
    meaning: "the commit that reports go to",
    value: text,
  },
  BITBUCKET_PR_ID: {
    group: "Set by Bitbucket Pipelines",
    meaning: "the pull request that comments go to",
    value: text,
  },
  BITBUCKET_BRANCH: { group: "Set by Bitbucket Pipelines", meaning: "the branch of the run", value: text },
  BITBUCKET_CLONE_DIR: {
    group: "Set by Bitbucket Pipelines",
    meaning: "the checkout: reports name files relative to it",
    value: text,
  },
} as const satisfies Readonly<Record<`BITBUCKET_${string}`, EnvironmentVariable>>;

export type VariableName = keyof typeof variables;

/** Variables between processes of this package. Nobody sets them by hand. */
export const privateVariables = {
  BITBUCKET_RUN: "the run that started this process: the folder of its run context",
  BITBUCKET_FLAGS: "what the options of a command say of the credential",
  BITBUCKET_GIT_LOGIN: "the credential that a command hands to git's credential helper",
  BITBUCKET_ASKED_BY_US:
    "tells git's credential helper that this package asks git: it does not answer itself",
} as const;

/**
 * What an environment says in one of the variables.
 *
 * @param config The stack's configuration by whole keys, `bitbucket:adopt`: it counts where the variable is not set.
 */
export function variable<Name extends VariableName>(
  name: Name,
  env: Readonly<Record<string, string | undefined>>,
  config: (key: string) => string | undefined = () => undefined,
): z.output<(typeof variables)[Name]["value"]> {
  const { setting, value }: EnvironmentVariable = variables[name];
  const given = env[name] ?? (setting === undefined ? undefined : config(`bitbucket:${setting}`));
  return value.parse(given) as z.output<(typeof variables)[Name]["value"]>;
}
