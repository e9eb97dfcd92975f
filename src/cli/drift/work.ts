/** What `drift` does with what it found: a pull request, messages and issues. */
import type { DesiredStack } from "../../desired";
import type { DriftReport } from "../../drift";
import type { ObservedObject } from "../../drift/fingerprint";
import type { FindingChanges } from "../../drift/history";
import { environment } from "../../environment";
import { messageOf } from "../../errors";
import { type ChatMessage, postToChat } from "../../notify/chat";
import { Jira } from "../../notify/jira";
import { type NotifyChannel, readJira, readWebhook } from "../../notify/settings";
import { type DriftPart, driftMessage, findDrift, publishIssues } from "../../publish/notifyDrift";
import type { UnmanagedObject } from "../../unmanaged";
import { remoteHere } from "../api/place";
import { pipelineLink } from "../shared/outputs";
import { findProject, readConfig, UsageError } from "../shared/project";
import { checkRepositoryName } from "../shared/repositoryName";
import { proposeChange } from "./proposal";

export interface WorkOptions {
  readonly openPullRequest?: string | boolean;
  readonly revert?: boolean;
  readonly notify?: readonly NotifyChannel[];
  readonly link?: string;
}

interface UsageOptions extends WorkOptions {
  readonly changed?: boolean;
  readonly watch?: unknown;
  readonly repository?: unknown;
  readonly project?: unknown;
  readonly kinds?: unknown;
}

/** Sends to one place. */
export interface Deliver {
  /** `slack`, `jira`, `pull request`. */
  readonly name: string;
  send(found: FoundDrift): Promise<void>;
  /** Posts something else than a report. Only chats do. */
  post?(message: ChatMessage): Promise<void>;
}

export interface FoundDrift {
  readonly report: DriftReport;
  readonly observed: readonly ObservedObject[];
  readonly unmanaged: readonly UnmanagedObject[];
  readonly whole: DesiredStack;
  /** What is new since the last run, with a history. */
  readonly changes?: Pick<FindingChanges, "found" | "changed"> | undefined;
  /** The only repository or project that was looked at. Undefined: the stack was. */
  readonly part?: DriftPart | undefined;
}

/**
 * Checks the options and the settings before anything is read.
 *
 * @throws {UsageError | SettingError} that says what is missing.
 */
export function prepareWork(stack: string, options: UsageOptions): readonly Deliver[] {
  const { openPullRequest, revert, notify = [] } = options;
  if (revert && !openPullRequest)
    throw new UsageError("--revert says what --open-pull-request proposes: write both.");
  if (!openPullRequest && notify.length === 0) return [];
  const name = openPullRequest ? "--open-pull-request" : "--notify";
  if (options.watch || options.changed)
    throw new UsageError(
      `${name} is for a run on its own: leave out ${options.watch ? "--watch" : "--changed"}.`,
    );
  if (openPullRequest && (options.repository ?? options.project ?? options.kinds))
    throw new UsageError(
      "--open-pull-request needs the whole stack: leave out --repository, --project and --kinds.",
    );
  const { root } = findProject();
  const config = readConfig(root, stack);
  const sources = { env: environment(), config };
  const link = options.link ?? pipelineLink(environment());
  const chats = notify.map((channel): Deliver => {
    if (channel === "jira") {
      const settings = readJira(sources);
      const send = (found: FoundDrift) => keepIssues(new Jira(settings, { env: environment() }), found, link);
      return { name: channel, send };
    }
    const address = readWebhook(channel, sources);
    const post = async (message: ChatMessage) => {
      await postToChat(channel, address, message, { env: environment() });
      say(`Posted to ${channel === "slack" ? "Slack" : "Teams"}`);
    };
    return {
      name: channel,
      post,
      send: async ({ report, changes }) => {
        const told = changes
          ? findDrift({ findings: [...changes.found, ...changes.changed] })
          : findDrift(report);
        if (told.length > 0) await post(driftMessage(report, told, link));
      },
    };
  });
  if (!openPullRequest) return chats;
  const repository = repositoryOf(openPullRequest, stack);
  const target = { stack, repository, isRevert: revert === true, link, say };
  return [{ name: "pull request", send: (found) => proposeChange(target, found) }, ...chats];
}

/** Does all of it, also where a part fails. Returns whether everything was delivered. */
export async function doWork(delivers: readonly Deliver[], found: FoundDrift): Promise<boolean> {
  let isDone = true;
  for (const deliver of delivers) {
    try {
      await deliver.send(found);
    } catch (error) {
      isDone = false;
      say(`Not delivered: ${messageOf(error)}`);
    }
  }
  return isDone;
}

async function keepIssues(jira: Jira, { report, part }: FoundDrift, link: string | undefined): Promise<void> {
  try {
    for await (const { key, done } of publishIssues(jira, report, link, part))
      say(`Jira issue ${key}: ${done}`);
  } finally {
    await jira.close();
  }
}

function repositoryOf(given: string | boolean, stack: string): string {
  const text = typeof given === "string" ? given : environment().BITBUCKET_REPO_FULL_NAME;
  if (text) return checkRepositoryName(text);
  const remote = remoteHere(readConfig(findProject().root, stack));
  if (remote) return `${remote.workspace}/${remote.slug}`;
  throw new UsageError(
    "The repository of the pull request is unknown: use --open-pull-request workspace/repository, or run this in its clone.",
  );
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
