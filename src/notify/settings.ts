/**
 * Where notifications go: environment variables, or the stack's configuration, whose secrets are encrypted. A token and
 * the address that it is sent to come from one source: an address in a committed file gets no token of the environment.
 */
import { Secret } from "../bitbucket/secret";
import { type Env, type VariableName, variables } from "../environment";
import { SettingError } from "../errors/settingError";

export const notifyChannels = ["slack", "teams", "jira"] as const;
export type NotifyChannel = (typeof notifyChannels)[number];

interface SettingSources {
  readonly env: Env;
  /** The stack's configuration by whole keys: `bitbucket:jiraUrl`. */
  readonly config?: ((key: string) => string | undefined) | undefined;
}

interface FoundSetting {
  readonly text: string;
  /** In the user's terms: `BITBUCKET_JIRA_URL`. */
  readonly from: string;
  readonly origin: "environment" | "configuration";
}

/** An address that holds its own credential. */
export interface WebhookAddress {
  readonly url: Secret;
  readonly from: string;
}

export interface JiraSettings {
  /** Without a trailing slash. */
  readonly url: string;
  readonly from: string;
  readonly email: string;
  readonly token: Secret;
  readonly project: string;
  readonly issueType: string;
  /** The name of the transition that closes an issue. */
  readonly done?: string | undefined;
}

/** @throws {SettingError} that names what is missing. */
export function readWebhook(service: "slack" | "teams", sources: SettingSources): WebhookAddress {
  const name = service === "slack" ? "BITBUCKET_SLACK_WEBHOOK" : "BITBUCKET_TEAMS_WEBHOOK";
  const found = requireSetting(name, sources);
  const url = new Secret(found.text);
  checkAddress(found);
  return { url, from: found.from };
}

/** @throws {SettingError} that names what is missing, or what must not be sent where. */
export function readJira(sources: SettingSources): JiraSettings {
  const address = requireSetting("BITBUCKET_JIRA_URL", sources);
  const given = requireSetting("BITBUCKET_JIRA_TOKEN", sources);
  const token = new Secret(given.text);
  const { origin, pathname } = checkAddress(address);
  if (address.origin !== given.origin)
    throw new SettingError(
      `The token in ${given.from} is not sent to ${origin}, which comes from ${address.from}: a token is only sent to an address ` +
        "from the same source. Set both in the environment, or both in the configuration.",
    );
  const project = requireSetting("BITBUCKET_JIRA_PROJECT", sources);
  if (!/^[A-Z][A-Z0-9_]*$/.test(project.text))
    throw new SettingError(`${project.from} must be the key of a Jira project, such as OPS.`);
  return {
    url: `${origin}${pathname.replace(/\/+$/, "")}`,
    from: address.from,
    email: requireSetting("BITBUCKET_JIRA_EMAIL", sources).text,
    token,
    project: project.text,
    issueType: findSetting("BITBUCKET_JIRA_ISSUE_TYPE", sources)?.text ?? "Task",
    done: findSetting("BITBUCKET_JIRA_DONE", sources)?.text,
  };
}

function findSetting(name: VariableName, { env, config }: SettingSources): FoundSetting | undefined {
  const text = env[name]?.trim();
  if (text) return { text, from: name, origin: "environment" };
  const { setting } = variables[name] as { readonly setting?: string };
  const key = `bitbucket:${setting}`;
  const value = setting === undefined ? undefined : config?.(key)?.trim();
  return value
    ? { text: value, from: `${key} in the stack's configuration`, origin: "configuration" }
    : undefined;
}

function requireSetting(name: VariableName, sources: SettingSources): FoundSetting {
  const found = findSetting(name, sources);
  if (found) return found;
  const { meaning, setting } = variables[name] as { readonly meaning: string; readonly setting?: string };
  throw new SettingError(
    `${name} is not set: ${meaning}. Set it in the environment${sources.config ? `, or bitbucket:${setting} in the stack's configuration` : ""}.`,
  );
}

/** The address is not quoted: that of a webhook is a secret. */
function checkAddress({ text, from }: FoundSetting): URL {
  if (!URL.canParse(text)) throw new SettingError(`${from} is not a URL.`);
  const url = new URL(text);
  const isLocal = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && isLocal))
    throw new SettingError(`${from} must start with https://, except for loopback addresses.`);
  if (url.username || url.password)
    throw new SettingError(`${from} must not contain a user name or password.`);
  return url;
}
