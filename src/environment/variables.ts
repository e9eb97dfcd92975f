import { type Env, type EnvironmentVariable, flag, oneOf, text, wholeNumber } from "./variableText";

export const variables = {
  BITBUCKET_EMAIL: {
    group: "Credential",
    meaning: "the Atlassian account's address, with an API token",
    setting: "email",
    read: text,
  },
  BITBUCKET_TOKEN: {
    group: "Credential",
    meaning: "an API token, an access token or an OAuth access token",
    setting: "token",
    isSecret: true,
    read: text,
  },
  BITBUCKET_TOKEN_TYPE: {
    group: "Credential",
    meaning: "the token's type: `api-token`, `repository`, `project`, `workspace` or `oauth`",
    default: "`api-token`",
    setting: "tokenType",
    read: text,
  },
  BITBUCKET_USERNAME: {
    group: "Credential",
    meaning: "the Bitbucket user name, only for git",
    setting: "username",
    read: text,
  },
  BITBUCKET_OAUTH_CLIENT_ID: {
    group: "Credential",
    meaning: "the key of an OAuth consumer",
    setting: "oauthClientId",
    read: text,
  },
  BITBUCKET_OAUTH_CLIENT_SECRET: {
    group: "Credential",
    meaning: "the secret of an OAuth consumer",
    setting: "oauthClientSecret",
    isSecret: true,
    read: text,
  },
  BITBUCKET_PASSWORD: {
    group: "Credential",
    meaning:
      "the Terraform providers' name for an API token, with the account's address in `BITBUCKET_USERNAME`",
    isSecret: true,
    read: text,
  },
  BITBUCKET_OAUTH_TOKEN: {
    group: "Credential",
    meaning: "the Terraform providers' name for an OAuth access token",
    isSecret: true,
    read: text,
  },
  BITBUCKET_PROFILE: {
    group: "Credential",
    meaning: "the profile of this run",
    default: "the default profile",
    read: text,
  },
  BITBUCKET_PROFILES: {
    group: "Credential",
    meaning: "the file with the profiles",
    default: "`~/.config/bitbucket-as-code/profiles.yaml`",
    read: text,
  },
  BITBUCKET_API_URL: {
    group: "Location",
    meaning:
      "the API's base URL; https, except for loopback addresses. In the configuration, it applies only to a credential in the configuration: see [Credentials](credentials.md#where-credentials-are-sent)",
    default: "`https://api.bitbucket.org/2.0`",
    setting: "apiUrl",
    read: text,
  },
  BITBUCKET_WORKSPACE: {
    group: "Location",
    meaning: "the default workspace of classes and commands; Bitbucket Pipelines sets it",
    setting: "workspace",
    read: text,
  },
  BITBUCKET_REPO_SLUG: {
    group: "Location",
    meaning:
      "the default repository of `api` and of `validate --repository-file`; Bitbucket Pipelines sets it",
    default: "the repository of the clone in this folder",
    read: text,
  },
  BITBUCKET_ADOPT: {
    group: "One run",
    meaning: "`1` adopts existing objects and updates them to the declared state",
    setting: "adopt",
    read: flag,
  },
  BITBUCKET_ALLOW_DELETIONS: {
    group: "One run",
    meaning: "the number of resources that this run can delete or replace, including all of a stack",
    read: wholeNumber(0),
  },
  BITBUCKET_MISSING_IS_DELETED: {
    group: "One run",
    meaning:
      "`1` treats objects that cannot be found as deleted, even if the credential does not belong to a workspace owner, or [many are missing at once](../explanation/state-and-drift.md#what-counts-as-deleted)",
    read: flag,
  },
  BITBUCKET_READ_ONLY: { group: "One run", meaning: "`1` allows only GET requests", read: flag },
  BITBUCKET_LOG: {
    group: "One run",
    meaning: "`requests` shows each request; `debug` also stack traces of errors",
    read: oneOf("requests", "debug"),
  },
  BITBUCKET_CONCURRENCY: {
    group: "Requests",
    meaning: "the maximum number of concurrent requests",
    default: "16",
    setting: "concurrency",
    read: wholeNumber(1),
  },
  BITBUCKET_REQUESTS_PER_HOUR: {
    group: "Requests",
    meaning:
      "the rate limit of this credential, or this machine's part of it; parallel steps of Pipelines divide it by themselves: [several machines](../how-to/several-machines.md#share-the-rate-limit)",
    default: "1000",
    setting: "requestsPerHour",
    read: wholeNumber(1),
  },
  BITBUCKET_PLAN_KEY: {
    group: "Plans and tools",
    meaning: "the key that signs [plan files](../how-to/plan-files.md)",
    default: "`PULUMI_CONFIG_PASSPHRASE`, or the content of `PULUMI_CONFIG_PASSPHRASE_FILE`",
    isSecret: true,
    read: text,
  },
  BITBUCKET_WEBHOOK_SECRET: {
    group: "Plans and tools",
    meaning: "the secret of the webhook whose events [`listen`](../how-to/listen.md) receives",
    setting: "webhookSecret",
    isSecret: true,
    read: text,
  },
  BITBUCKET_AS_CODE_CACHE: {
    group: "Plans and tools",
    meaning: "the folder for a Pulumi engine that was downloaded or built",
    default: "`~/.cache/bitbucket-as-code`, or the system's cache folder",
    read: text,
  },
  BITBUCKET_SLACK_WEBHOOK: {
    group: "Notifications",
    meaning: "the URL of a Slack incoming webhook",
    setting: "slackWebhook",
    isSecret: true,
    read: text,
  },
  BITBUCKET_TEAMS_WEBHOOK: {
    group: "Notifications",
    meaning: "the URL of a webhook of Teams Workflows",
    setting: "teamsWebhook",
    isSecret: true,
    read: text,
  },
  BITBUCKET_JIRA_URL: {
    group: "Notifications",
    meaning:
      "the Jira site: `https://acme.atlassian.net`, or `https://api.atlassian.com/ex/jira/<cloud id>` for a token with scopes",
    setting: "jiraUrl",
    read: text,
  },
  BITBUCKET_JIRA_EMAIL: {
    group: "Notifications",
    meaning: "the account of the Jira token",
    setting: "jiraEmail",
    read: text,
  },
  BITBUCKET_JIRA_TOKEN: {
    group: "Notifications",
    meaning: "an API token for Jira. It is sent only to the Jira site from the same source",
    setting: "jiraToken",
    isSecret: true,
    read: text,
  },
  BITBUCKET_JIRA_PROJECT: {
    group: "Notifications",
    meaning: "the key of the Jira project that issues are created in",
    setting: "jiraProject",
    read: text,
  },
  BITBUCKET_JIRA_ISSUE_TYPE: {
    group: "Notifications",
    meaning: "the type of new issues",
    default: "`Task`",
    setting: "jiraIssueType",
    read: text,
  },
  BITBUCKET_JIRA_DONE: {
    group: "Notifications",
    meaning: "the transition that closes an issue",
    default: "the first one to a status of the category Done",
    setting: "jiraDone",
    read: text,
  },
  BITBUCKET_BUILD_NUMBER: {
    group: "Set by Bitbucket Pipelines",
    meaning: "marks a step of Pipelines, and identifies the run",
    read: text,
  },
  BITBUCKET_REPO_FULL_NAME: {
    group: "Set by Bitbucket Pipelines",
    meaning: "the repository that reports are sent to",
    read: text,
  },
  BITBUCKET_COMMIT: {
    group: "Set by Bitbucket Pipelines",
    meaning: "the commit that reports are sent to",
    read: text,
  },
  BITBUCKET_PR_ID: {
    group: "Set by Bitbucket Pipelines",
    meaning: "the pull request that comments are sent to",
    read: text,
  },
  BITBUCKET_PARALLEL_STEP_COUNT: {
    group: "Set by Bitbucket Pipelines",
    meaning:
      "how many parallel steps divide the rate limit between them; `1` where the others do not use the credential",
    read: wholeNumber(1),
  },
  BITBUCKET_PARALLEL_STEP: {
    group: "Set by Bitbucket Pipelines",
    meaning: "which of the parallel steps this is, from 0",
    read: wholeNumber(0),
  },
  BITBUCKET_BRANCH: { group: "Set by Bitbucket Pipelines", meaning: "the branch of the run", read: text },
  BITBUCKET_CLONE_DIR: {
    group: "Set by Bitbucket Pipelines",
    meaning: "the checkout: reports name files relative to it",
    read: text,
  },
} as const satisfies Readonly<Record<`BITBUCKET_${string}`, EnvironmentVariable>>;

export type VariableName = keyof typeof variables;

/** Variables between processes of this package. Nobody sets them by hand. */
export const privateVariables = {
  BITBUCKET_RUN: "the run that started this process: the folder of its run context",
  BITBUCKET_HANDED_OVER:
    "the key and the name of the file with what the run has read for this process already",
  BITBUCKET_LIMITED:
    "that the run has limited the engine to targets: `few`, where repositories and projects are read one by one, or `many`",
  BITBUCKET_TOLD: "that the run tells itself what a program says of the YAML, the state and the live objects",
  BITBUCKET_FLAGS: "what the options of a command say of the credential",
  BITBUCKET_GIT_LOGIN: "the credential that a command hands to git's credential helper",
  BITBUCKET_ASKED_BY_US:
    "tells git's credential helper that this package asks git: it does not answer itself",
} as const;

/**
 * What an environment says in one of the variables.
 *
 * @param config The stack's configuration by whole keys, `bitbucket:adopt`: it counts where the variable is not set.
 * @throws {SettingError} where the variable or the setting is wrong.
 */
export function variable<Name extends VariableName>(
  name: Name,
  env: Env,
  config: (key: string) => string | undefined = () => undefined,
): ReturnType<(typeof variables)[Name]["read"]> {
  const { setting, read }: EnvironmentVariable = variables[name];
  const given = env[name];
  const key = given === undefined && setting !== undefined ? `bitbucket:${setting}` : undefined;
  const value = key === undefined ? read(name, given) : read(key, config(key));
  return value as ReturnType<(typeof variables)[Name]["read"]>;
}

/**
 * Refuses an environment or a configuration with an invalid switch, number or choice. Otherwise a limit, or
 * read-only mode, would be ignored silently.
 *
 * @throws {SettingError} that names the first one.
 */
export function checkVariables(
  env: Env,
  config: (key: string) => string | undefined = () => undefined,
): void {
  const all: Readonly<Record<VariableName, EnvironmentVariable>> = variables;
  // Texts are always valid here, and looking one up may decrypt it.
  for (const name of Object.keys(all) as VariableName[])
    if (all[name].read !== text) variable(name, env, config);
}
