/**
 * The files of repositories that a command has read, for the processes of its engines: a file in the run's folder. So
 * the run uses one version of each, from its first check to its last write.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import type { DesiredStack, RepositoryFileSource } from "../desired";
import type { Env } from "../environment";
import { UserError } from "../errors";
import { runContext } from "../pulumi/runContext";

const fileName = "repositoryFiles.json";

const versions = z.record(
  z.string(),
  z.object({ uuid: z.string().optional(), commit: z.string().optional(), text: z.string().optional() }),
);

/** @param folder The run's. */
export function handOnRepositoryFiles(folder: string, { delegation }: DesiredStack): void {
  if (!delegation || delegation.repositoryFiles.size === 0) return;
  const content = JSON.stringify(Object.fromEntries(delegation.repositoryFiles));
  writeFileSync(join(folder, fileName), content, { mode: 0o600 });
}

/** What was handed on to this process; undefined if no command has read anything for it. */
export function handedRepositoryFiles(env: Env): RepositoryFileSource | undefined {
  const folder = runContext(env)?.folder;
  if (folder === undefined || !existsSync(join(folder, fileName))) return undefined;
  return {
    read: async (asked) => {
      const handed = new Map(Object.entries(parse(readFileSync(join(folder, fileName), "utf8"))));
      return new Map(
        asked.map(({ repository }) => {
          const version = handed.get(repository);
          if (version) return [repository, version];
          throw new UserError(
            `The YAML has changed since this run began: it covers ${repository} by a rule of "delegation" now. Run this again.`,
          );
        }),
      );
    },
  };
}

function parse(text: string): z.output<typeof versions> {
  try {
    return versions.parse(JSON.parse(text));
  } catch {
    throw new UserError(
      "What this run has read of repositories' files is damaged. Nothing was changed. Run this again.",
    );
  }
}
