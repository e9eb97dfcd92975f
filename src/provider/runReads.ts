/** What the processes of one run share of what they read, and how much of the stack they read. */
import type { ReadClient } from "../bitbucket";
import { type EarlierReads, LiveReader, ReadReplay, SharedReads } from "../live";
import { readHandOver } from "../pulumi/handOver";
import { runContext } from "../pulumi/runContext";

/** What the processes of one run over several shards share. */
export function openSharedReads(env: NodeJS.ProcessEnv): SharedReads | undefined {
  const folder = runContext(env)?.folder;
  return folder === undefined ? undefined : new SharedReads(folder);
}

/** The reader of a program, with what the run has read and shares. */
export function openProgramReader(
  client: ReadClient,
  earlier: EarlierReads | undefined,
  env: NodeJS.ProcessEnv,
): LiveReader {
  return new LiveReader(client, { shared: openSharedReads(env), earlier, readsFew: readsFew(env) });
}

/** Whether the command that started the engine has limited it to a part of the stack. */
export function isLimited(env: NodeJS.ProcessEnv): boolean {
  return Boolean(env.BITBUCKET_LIMITED);
}

/** Whether that part is so small that repositories and projects are read one by one. */
export function readsFew(env: NodeJS.ProcessEnv): boolean {
  return env.BITBUCKET_LIMITED === "few";
}

/** What the command that started this process has read already; undefined if nothing was handed over. */
export function openEarlierReads(client: ReadClient, env: NodeJS.ProcessEnv): EarlierReads | undefined {
  const reads = readHandOver(env);
  return reads.length > 0 ? new ReadReplay(client, reads) : undefined;
}
