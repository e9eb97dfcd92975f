/** The client of a run, from the environment and the stack's configuration, and what it says of its requests. */
import {
  type Budget,
  type Client,
  type Credentials,
  checkBaseUrl,
  createClient,
  Ledger,
  type LimitShare,
  ledgerFolder,
} from "../bitbucket";
import { findCredentials, originOfCredential } from "../credentials";
import { checkVariables, logLevel, variable } from "../environment";
import { forgetReadings } from "../live";
import { runContext } from "../pulumi/runContext";
import { type ConfigLookup, toCredentialSources } from "./configLookup";

/**
 * API and credential from the environment and the stack's configuration.
 *
 * @param say Shows a line to the user.
 * @param replaceCredentials Finds another credential for the same server, for one that is not accepted.
 */
export function createClientFrom(
  env: NodeJS.ProcessEnv,
  config: ConfigLookup,
  say: (line: string) => void = () => {},
  replaceCredentials?: () => Promise<Credentials | undefined>,
): Client {
  checkVariables(env, config);
  const found = findCredentials(toCredentialSources(env, config));
  const { credentials, api, winner } = found;
  const baseUrl = checkBaseUrl(api.text, api.from);
  for (const note of winner?.notes ?? []) say(note);
  const concurrency = variable("BITBUCKET_CONCURRENCY", env, config);
  const requestsPerHour = variable("BITBUCKET_REQUESTS_PER_HOUR", env, config);
  const logged = logLevel(env) !== undefined;
  const ledger = ledgerFolder(baseUrl, credentials, env);
  return createClient({
    credentials,
    origin: originOfCredential(found),
    baseUrl,
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(requestsPerHour === undefined ? {} : { requestsPerHour }),
    share: shareOfLimit(env),
    ledger: new Ledger(ledger, runContext(env)?.id ?? `process ${process.pid}`),
    beforeWrites: () => forgetReadings(ledger),
    readOnly: variable("BITBUCKET_READ_ONLY", env),
    ...(replaceCredentials ? { replaceCredentials } : {}),
    onWait: (milliseconds) =>
      say(`The rate limit is reached: waiting ${Math.ceil(milliseconds / 60_000)} min.`),
    ...(logged
      ? {
          onRequest: ({ method, path, status, milliseconds }) =>
            say(`${method} ${path}: ${status ?? "no answer"}, ${milliseconds} ms`),
        }
      : {}),
  });
}

/**
 * This step's share of the hourly limit: parallel steps of Bitbucket Pipelines run on several machines, which
 * do not see each other's requests. Undefined outside of them.
 * https://support.atlassian.com/bitbucket-cloud/docs/set-up-or-run-parallel-steps/
 */
export function shareOfLimit(env: NodeJS.ProcessEnv): LimitShare | undefined {
  const count = variable("BITBUCKET_PARALLEL_STEP_COUNT", env);
  return count === undefined ? undefined : { index: variable("BITBUCKET_PARALLEL_STEP", env) ?? 0, count };
}

/** Lines of collections in the summary of a run that comes near the limit. */
const fewLines = 6;

/** What a run has cost, in a line; with the collections near the limit, and all of them where each request is shown. */
export function formatSummary(budget: Budget): string {
  return budget.formatSummary(logLevel() === "requests" ? undefined : budget.isNearLimit ? fewLines : 0);
}
