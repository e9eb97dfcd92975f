/**
 * Finds and deletes objects that acceptance runs created outside of their own live objects: by name, and only
 * if the name proves that a run gave it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { apiPath, BitbucketError, type Client, NotFoundError, PermissionError } from "../src/bitbucket";
import type { Names } from "./names";
import { prefix } from "./names";

export interface Leftover {
  readonly what: string;
  readonly name: string;
  readonly path: string;
}

interface LeftoverPlace {
  readonly what: string;
  readonly collection: string;
  readonly fields: string;
  readonly query?: Readonly<Record<string, string>>;
  /** The fields that must each contain the name. */
  readonly names: readonly string[];
  readonly id: string;
}

/** Repositories before the projects that hold them. */
function places(workspace: string, account: string | undefined): readonly LeftoverPlace[] {
  const inWorkspace = apiPath`/workspaces/${workspace}`;
  const ofAccount = account === undefined ? undefined : apiPath`/users/${account}`;
  return [
    {
      what: "repository",
      collection: apiPath`/repositories/${workspace}`,
      fields: "name,uuid,slug",
      query: { q: `name ~ "${prefix}"` },
      names: ["name", "slug"],
      id: "uuid",
    },
    {
      what: "project",
      collection: `${inWorkspace}/projects`,
      fields: "key,uuid",
      names: ["key"],
      id: "key",
    },
    {
      what: "webhook",
      collection: `${inWorkspace}/hooks`,
      fields: "uuid,url,description",
      names: ["url", "description"],
      id: "uuid",
    },
    {
      what: "variable",
      collection: `${inWorkspace}/pipelines-config/variables`,
      fields: "uuid,key",
      names: ["key"],
      id: "uuid",
    },
    {
      what: "runner",
      collection: `${inWorkspace}/pipelines-config/runners`,
      fields: "uuid,name",
      names: ["name"],
      id: "uuid",
    },
    ...(ofAccount === undefined
      ? []
      : [
          {
            what: "SSH key",
            collection: `${ofAccount}/ssh-keys`,
            fields: "uuid,label",
            names: ["label"],
            id: "uuid",
          },
          {
            what: "GPG key",
            collection: `${ofAccount}/gpg-keys`,
            fields: "fingerprint,name",
            names: ["name"],
            id: "fingerprint",
          },
        ]),
  ];
}

export interface LeftoverSearch {
  readonly leftovers: readonly Leftover[];
  /** Parts that the credential may not list, so that nothing is known of them. */
  readonly unreadable: readonly string[];
}

/** Returns the leftovers of earlier runs, in the order of deletion. Takes 5 to 7 requests. */
export async function findLeftovers(
  client: Client,
  workspace: string,
  names: Names,
  account: string | undefined,
): Promise<LeftoverSearch> {
  const leftovers: Leftover[] = [];
  const unreadable: string[] = [];
  for (const where of places(workspace, account)) {
    const { what, collection, fields, query } = where;
    try {
      const items = await client.list(collection, { fields, ...(query === undefined ? {} : { query }) });
      for (const item of items as readonly Record<string, unknown>[]) {
        if (!where.names.every((name) => names.isOwn(item[name]))) continue;
        const id = String(item[where.id]);
        leftovers.push({
          what,
          name: String(item[where.names[0] ?? ""]),
          path: `${collection}${apiPath`/${id}`}`,
        });
      }
    } catch (error) {
      if (!(error instanceof PermissionError || error instanceof NotFoundError)) throw error;
      unreadable.push(`${what}: ${error.status}`);
    }
  }
  return { leftovers, unreadable };
}

/** Waits, in milliseconds: a repository still counts in its project for a while after its deletion. */
const waits = [0, 2000, 5000, 15_000];

/** @returns The objects that could not be deleted, with the reason. */
export async function removeLeftovers(
  client: Client,
  leftovers: readonly Leftover[],
  pause: (milliseconds: number) => Promise<unknown> = sleep,
): Promise<readonly string[]> {
  const failed: string[] = [];
  for (const { what, name, path } of leftovers) {
    for (const [attempt, wait] of waits.entries()) {
      if (wait > 0) await pause(wait);
      try {
        await client.send({ method: "DELETE", path });
        break;
      } catch (error) {
        if (!(error instanceof BitbucketError)) throw error;
        if (error instanceof NotFoundError) break;
        const mayPass = what === "project" && (error.status === 403 || error.status === 400);
        if (mayPass && attempt + 1 < waits.length) continue;
        failed.push(`${what} ${name}: ${error.message}`);
        break;
      }
    }
  }
  return failed;
}
