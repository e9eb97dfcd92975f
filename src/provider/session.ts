/** The client and the live reader that all resources of one run share: they are in one provider process. */
import { type Budget, type Client, checkedBaseUrl, createClient, Ledger, ledgerFolder } from "../bitbucket";
import { type CredentialSources, findCredentials } from "../credentials";
import { LiveReader, SharedReads } from "../live";
import { exportState, runningEngine } from "../pulumi";
import { Claims } from "./claims";
import { DeletionGuard } from "./guard";
import { Lifecycle } from "./lifecycle";
import { allowedDeletions, limitsFrom } from "./limits";
import { RunState } from "./runState";
import { refuseVerboseLog } from "./verbose";
import { warn } from "./warn";

/** A value of the stack's configuration, by its whole key: `bitbucket:token`. */
export type ConfigLookup = ((key: string) => string | undefined) & {
  /** Whether it is there, for a lookup that may be slow. */
  readonly has?: (key: string) => boolean;
};

/** Where the credential of an environment and a stack's configuration is looked for. */
export function sourcesFrom(env: NodeJS.ProcessEnv, config: ConfigLookup): CredentialSources {
  const { has } = config;
  return {
    env,
    config: (key) => config(`bitbucket:${key}`),
    ...(has ? { configHas: (key: string) => has(`bitbucket:${key}`) } : {}),
  };
}

/**
 * What the environment and the stack's configuration say of the API and the credential.
 *
 * @param say Shows a line to the user.
 */
export function clientFrom(
  env: NodeJS.ProcessEnv,
  config: ConfigLookup,
  say: (line: string) => void = () => {},
): Client {
  const { credentials, api, winner } = findCredentials(sourcesFrom(env, config));
  const baseUrl = checkedBaseUrl(api.text, api.from);
  for (const note of winner?.notes ?? []) say(note);
  const concurrency = wholeNumber(env.BITBUCKET_CONCURRENCY ?? config("bitbucket:concurrency"));
  const requestsPerHour = wholeNumber(env.BITBUCKET_REQUESTS_PER_HOUR ?? config("bitbucket:requestsPerHour"));
  const logged = env.BITBUCKET_LOG === "requests" || env.BITBUCKET_LOG === "debug";
  return createClient({
    credentials,
    baseUrl,
    ...(concurrency === undefined ? {} : { concurrency }),
    ...(requestsPerHour === undefined ? {} : { requestsPerHour }),
    ledger: new Ledger(
      ledgerFolder(baseUrl, credentials, env),
      env.BITBUCKET_RUN ?? `process ${process.pid}`,
    ),
    readOnly: isSet(env.BITBUCKET_READ_ONLY),
    onWait: (milliseconds) =>
      say(`The hour's limit of requests is reached: waiting ${Math.ceil(milliseconds / 60_000)} min.`),
    ...(logged
      ? {
          onRequest: ({ method, path, status, milliseconds }) =>
            say(`${method} ${path}: ${status ?? "no answer"}, ${milliseconds} ms`),
        }
      : {}),
  });
}

function wholeNumber(text: string | undefined): number | undefined {
  const number = Number(text ?? Number.NaN);
  return Number.isInteger(number) && number > 0 ? number : undefined;
}

let config: ConfigLookup = () => undefined;
let client: Client | undefined;
let reader: LiveReader | undefined;
let lifecycle: Lifecycle | undefined;

/** Takes the configuration. The host does not wait for more than that, so nothing is done with it yet. */
export function configure(lookup: ConfigLookup): void {
  config = lookup;
}

/** Which objects the resources of this run are. */
export const claims = new Claims();

/** The reader, made when the first resource needs it. */
export function liveReader(): LiveReader {
  if (!reader) {
    reader = new LiveReader(openClient(), {
      missingIsDeleted: isSet(process.env.BITBUCKET_MISSING_IS_DELETED),
      held: () => runState.objects(),
      shared: sharedReads(process.env),
    });
    reader.workspaces.onRename((line) => console.log(line));
  }
  return reader;
}

function openClient(): Client {
  refuseVerboseLog();
  client ??= clientFrom(process.env, config, (line) => console.log(line));
  return client;
}

/** The driver, made when the first resource needs it. */
export function session(): Lifecycle {
  lifecycle ??= new Lifecycle(
    openClient(),
    liveReader(),
    (line, severity) => (severity === "warning" ? warn(line) : console.log(line)),
    undefined,
    adoptsAll(process.env, config),
    claims,
  );
  return lifecycle;
}

/** The engine that started this process, looked for once. */
const engine = memory(() => runningEngine());

/** The state of the stack that this run works on. */
const runState = new RunState(async () => exportState({ engine: await engine() }));

let deletionGuard: DeletionGuard | undefined;

/** What all resources of one run are held to before one of them is deleted. */
export function guard(): DeletionGuard {
  if (!deletionGuard) {
    deletionGuard = new DeletionGuard({
      operation: async () => (await engine())?.operation,
      state: () => runState.read(),
      limits: () => limitsFrom((name) => config(`bitbucket:${name}`)),
      allowed: () => allowedDeletions(process.env),
    });
  }
  return deletionGuard;
}

function memory<Result>(look: () => Promise<Result>): () => Promise<Result> {
  let found: Promise<Result> | undefined;
  return () => {
    found ??= look();
    return found;
  };
}

/** Whether this run may take over everything that is there already: `BITBUCKET_ADOPT`, or `bitbucket:adopt`. */
export function adoptsAll(env: NodeJS.ProcessEnv, lookup: ConfigLookup): boolean {
  return isSet(env.BITBUCKET_ADOPT ?? lookup("bitbucket:adopt"));
}

/** Lines of collections in the summary, unless each request is shown. */
const fewLines = 6;

/** What a run has cost: the collections with the most requests, or all where each request is shown. */
export function summaryOf(budget: Budget): string {
  return budget.summary(process.env.BITBUCKET_LOG === "requests" ? undefined : fewLines);
}

/** What the run has cost, or undefined where nothing was asked, or where a command sums up several processes. */
export function summary(): string | undefined {
  if (!client || process.env.BITBUCKET_RUN || Object.keys(client.budget.byMethod()).length === 0)
    return undefined;
  return summaryOf(client.budget);
}

/** Whether requests are under way. */
export function busy(): boolean {
  return (client?.running ?? 0) > 0;
}

/** What the processes of one run over several shards share. */
export function sharedReads(env: NodeJS.ProcessEnv): SharedReads | undefined {
  return env.BITBUCKET_SHARED_READS ? new SharedReads(env.BITBUCKET_SHARED_READS) : undefined;
}

function isSet(value: string | undefined): boolean {
  return value === "1" || value === "true";
}
