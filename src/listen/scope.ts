/** Which events are the own ones: by UUIDs, which are looked up at the start and remembered for one without Bitbucket. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { apiPath, BitbucketError } from "../bitbucket";
import type { DesiredStack } from "../desired";
import { messageOf, parseAs, tryRead } from "../errors";
import { toCanonicalUuid } from "../kinds/uuid";
import type { ListenScope } from "./event";
import type { LookConnection } from "./look";

const keptSchema = z.object({
  workspace: z.string(),
  desiredState: z.string().optional(),
  scope: z.object({ workspace: z.string(), desiredState: z.string().optional() }),
});

const repositorySchema = z.object({ uuid: z.string() });

/**
 * @param folder That of the listener.
 * @throws {BitbucketError} if they cannot be looked up, and never were for these names.
 */
export async function findScope(
  { workspace, listen }: DesiredStack,
  folder: string,
  { client, reader }: LookConnection,
  warn: (line: string) => void,
): Promise<ListenScope> {
  const path = join(folder, "scope.json");
  const desiredState = listen?.desiredState;
  try {
    const scope: ListenScope = {
      workspace: toCanonicalUuid(await reader.workspaceUuid(workspace)),
      ...(desiredState === undefined
        ? {}
        : { desiredState: await readRepositoryUuid(workspace, desiredState, client) }),
    };
    writeFileSync(path, JSON.stringify({ workspace, desiredState, scope }), { mode: 0o600 });
    return scope;
  } catch (error) {
    const kept = tryRead(() => keptSchema.parse(JSON.parse(readFileSync(path, "utf8"))));
    const isSame = kept?.workspace === workspace && kept.desiredState === desiredState;
    if (!(error instanceof BitbucketError) || !kept || !isSame) throw error;
    warn(`${messageOf(error)} The UUIDs of an earlier start are used.`);
    return kept.scope;
  }
}

async function readRepositoryUuid(
  workspace: string,
  slug: string,
  client: LookConnection["client"],
): Promise<string> {
  const path = apiPath`/repositories/${workspace}/${slug}`;
  const body = await client.get(path, { query: { fields: "uuid" } });
  return toCanonicalUuid(parseAs(repositorySchema, body, `The response to GET ${path}`).uuid);
}
