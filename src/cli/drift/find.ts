/** One comparison for `drift`: reads the states and Bitbucket, with a progress line. */
import { BitbucketError, type Client } from "../../bitbucket";
import type { RepositoryFileSource } from "../../desired";
import { compareStack, type Filter, FilterError, type Severity } from "../../drift";
import type { Schedule } from "../../drift/schedule";
import { loadStates } from "../../drift/states";
import { environment } from "../../environment";
import { type LiveReader, readText } from "../../live";
import { estimateRequests } from "../../plan";
import { findChangedKeys } from "../../preview";
import { tellAccount } from "../shared/account";
import { openReader, withClient } from "../shared/connect";
import { useEngine } from "../shared/engine";
import { loadFormer } from "../shared/former";
import type { Output } from "../shared/outputs";
import { startProgress } from "../shared/progress";
import { findProject, readConfig, UsageError } from "../shared/project";
import { ageOf, openReading, resumeAfterStop, spreadRequests } from "../shared/reading";
import { repositoryFilesNow, repositoryFilesOnce } from "../shared/repositoryFiles";
import type { Format } from "./output";
import type { FoundDrift, WorkOptions } from "./work";

export interface DriftOptions extends WorkOptions {
  readonly repository?: readonly string[];
  readonly project?: readonly string[];
  readonly kinds?: readonly string[];
  readonly failOn: Severity;
  readonly unmanaged?: boolean;
  readonly failOnPending?: boolean;
  readonly strict?: boolean;
  readonly allowUnreadable?: boolean;
  readonly exitZero?: boolean;
  readonly verbose?: boolean;
  readonly json?: boolean;
  readonly report: readonly Output<Format>[];
  readonly history?: string;
  readonly watch?: Schedule;
  readonly changed?: boolean;
  readonly since?: string;
  readonly fresh?: boolean;
  readonly spread?: number;
}

export async function findDriftOf(
  stack: string,
  filter: Filter,
  { unmanaged, watch, verbose, changed, since, fresh, spread, json, openPullRequest, notify }: DriftOptions,
): Promise<FoundDrift> {
  const began = Date.now();
  const { root, name } = findProject();
  const config = readConfig(root, stack);
  const connection = { config, summary: verbose === true && !watch, readsFew: changed === true };
  return withClient(connection, async ({ client, reader: own }) => {
    // What is read again and again, is little, or leads to something, is read as it is now.
    const resumes = !watch && !changed && !openPullRequest && !notify;
    const journal = resumes
      ? openReading(client, { command: "drift", root, stack, fresh, spread })
      : undefined;
    const reader = journal ? openReader(client, { earlier: journal }) : own;
    const bitbucket = (path: string) => readText(client, path);
    const shown = startProgress("resources", () => client.budget.countRemaining());
    const stop = journal ? resumeAfterStop(journal, shown) : undefined;
    try {
      shown.doing("reading the state");
      const readFiles = watch ? repositoryFilesNow : repositoryFilesOnce;
      const repositoryFiles = readFiles(root, stack, { client, reader });
      const { loaded, requestsBefore } = await loadAll(root, stack, repositoryFiles, client, reader);
      tellAccount(client, loaded.whole.workspace, { json });
      const former =
        since === undefined
          ? undefined
          : await loadFormer(root, stack, since, { now: loaded.whole, repositoryFiles });
      if (spread !== undefined) spreadRequests(client, estimateRequests(loaded.state, []), spread);
      shown.doing("reading Bitbucket");
      const compared = await compareStack({
        stack,
        began,
        requestsBefore,
        ...loaded,
        client,
        reader,
        secrets: { env: environment(), config: (key) => config(`${name}:${key}`), bitbucket },
        filter,
        scope: changed ? { changed: former && findChangedKeys(former, loaded.whole) } : undefined,
        unmanaged,
        listener: shown,
      });
      journal?.clear();
      return { ...compared, report: { ...compared.report, ...ageOf(journal) }, whole: loaded.whole };
    } catch (error) {
      // What the next run would meet as well is read again.
      if (!(error instanceof BitbucketError)) journal?.clear();
      throw error instanceof FilterError ? new UsageError(error.message) : error;
    } finally {
      stop?.();
      shown.stop();
    }
  });
}

/** Reads the YAML and the states, and asks for the workspace meanwhile. */
async function loadAll(
  root: string,
  stack: string,
  repositoryFiles: RepositoryFileSource,
  client: Client,
  reader: LiveReader,
) {
  let requestsBefore: number | undefined;
  const loaded = await loadStates(
    root,
    stack,
    useEngine,
    () => repositoryFiles,
    (workspace) => {
      requestsBefore = client.budget.requests;
      // Whoever needs it asks again after a failure.
      reader.workspaces.lookUp(workspace).catch(() => {});
    },
  );
  return { loaded, requestsBefore };
}
