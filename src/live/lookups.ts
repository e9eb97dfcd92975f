/**
 * Data sources: look up existing objects to refer to them. Each is one read, and none is managed. They are functions
 * of the TypeScript package and of the native provider.
 */
import { fetch } from "undici";
import { z } from "zod";
import { apiPath, createProxyAgent, NotFoundError, proxiesOf, type ReadClient } from "../bitbucket";
import { UserError } from "../errors";
import { parseShape } from "./shape";

const user = z
  .object({
    uuid: z.string(),
    account_id: z.string().nullish(),
    nickname: z.string().nullish(),
    display_name: z.string().nullish(),
  })
  .transform((found) => ({
    uuid: found.uuid,
    accountId: found.account_id ?? undefined,
    nickname: found.nickname ?? undefined,
    displayName: found.display_name ?? undefined,
  }));

const workspace = z
  .object({ uuid: z.string(), slug: z.string(), name: z.string() })
  .transform(({ uuid, slug, name }) => ({ uuid, slug, name }));

const project = z
  .object({
    uuid: z.string(),
    key: z.string(),
    name: z.string(),
    description: z.string().nullish(),
    is_private: z.boolean(),
  })
  .transform((found) => ({
    uuid: found.uuid,
    key: found.key,
    name: found.name,
    description: found.description ?? "",
    isPrivate: found.is_private,
  }));

const repository = z
  .object({
    uuid: z.string(),
    name: z.string(),
    full_name: z.string(),
    description: z.string().nullish(),
    is_private: z.boolean(),
    mainbranch: z.object({ name: z.string() }).nullish(),
    project: z.object({ key: z.string() }).nullish(),
  })
  .transform((found) => ({
    uuid: found.uuid,
    name: found.name,
    slug: found.full_name.slice(found.full_name.indexOf("/") + 1),
    fullName: found.full_name,
    description: found.description ?? "",
    isPrivate: found.is_private,
    mainBranch: found.mainbranch?.name,
    project: found.project?.key,
  }));

const environment = z
  .object({ uuid: z.string(), name: z.string(), environment_type: z.object({ name: z.string() }).nullish() })
  .transform((found) => ({ uuid: found.uuid, name: found.name, type: found.environment_type?.name }));

const hookEvent = z.object({
  event: z.string(),
  category: z.string(),
  label: z.string(),
  description: z.string(),
});

/** A branch or tag. */
const ref = z.object({ target: z.object({ hash: z.string() }) });

const ipRanges = z.object({
  items: z.array(
    z.object({
      cidr: z.string(),
      product: z.array(z.string()).default([]),
      direction: z.array(z.string()).default([]),
    }),
  ),
});

/** Where a repository is: by slug or UUID. */
interface RepositoryPlace {
  readonly workspace: string;
  readonly repository: string;
}

const oidcConfiguration = z.looseObject({ issuer: z.string(), jwks_uri: z.string() });

const oidcKeys = z.looseObject({ keys: z.array(z.looseObject({ kid: z.string() })) });

/**
 * Reads an object.
 *
 * @param title What it is: `deployment environment`.
 */
async function readOne<Schema extends z.ZodType>(
  client: ReadClient,
  title: string,
  path: string,
  schema: Schema,
): Promise<z.output<Schema>> {
  return parseShape({ title }, path, await client.get(path), (body) => schema.parse(body));
}

/** Reads a collection of such objects. */
async function readAll<Schema extends z.ZodType>(
  client: ReadClient,
  title: string,
  path: string,
  schema: Schema,
): Promise<z.output<Schema>[]> {
  const all = await client.list(path);
  return all.map((one) => parseShape({ title }, path, one, (body) => schema.parse(body)));
}

/**
 * The reads themselves, over a client. They throw a `BitbucketError` where there is nothing, or no access, and an
 * `UnexpectedShapeError` where something else is there.
 */
export const reads = {
  /** The user of the credential. An access token has none. */
  currentUser: (client: ReadClient) => readOne(client, "user", "/user", user),
  /** A user by UUID or account id. */
  user: (client: ReadClient, id: string) => readOne(client, "user", apiPath`/users/${id}`, user),
  workspace: (client: ReadClient, slug: string) =>
    readOne(client, "workspace", apiPath`/workspaces/${slug}`, workspace),
  workspaceMembers: async (client: ReadClient, slug: string) => {
    const path = apiPath`/workspaces/${slug}/members`;
    const members = await readAll(client, "workspace member", path, z.object({ user }));
    return members.map((member) => member.user);
  },
  project: (client: ReadClient, at: { workspace: string; key: string }) =>
    readOne(client, "project", apiPath`/workspaces/${at.workspace}/projects/${at.key}`, project),
  repository: (client: ReadClient, at: RepositoryPlace) =>
    readOne(client, "repository", apiPath`/repositories/${at.workspace}/${at.repository}`, repository),
  /** The content of a file, as text. `commit` is a hash, a tag or a branch. */
  file: async (client: ReadClient, at: RepositoryPlace & { commit: string; path: string }) => {
    const path = at.path.split("/").map((part) => apiPath`/${part}`);
    const repository = apiPath`/repositories/${at.workspace}/${at.repository}`;
    const commit = at.commit.includes("/") ? await commitOf(client, repository, at.commit) : at.commit;
    const content = await client.get(`${repository}${apiPath`/src/${commit}`}${path.join("")}`, {
      accept: "text",
    });
    return z.string().parse(content);
  },
  deploymentEnvironments: (client: ReadClient, at: RepositoryPlace) => {
    const path = apiPath`/repositories/${at.workspace}/${at.repository}/environments`;
    return readAll(client, "deployment environment", path, environment);
  },
  /** The events that webhooks can subscribe to. */
  hookEvents: (client: ReadClient, subject: "repository" | "workspace") =>
    readAll(client, "webhook event", apiPath`/hook_events/${subject}`, hookEvent),
  /** The OpenID configuration of the workspace's pipelines, for the cloud that should trust them. */
  oidcConfiguration: (client: ReadClient, slug: string) =>
    readOne(
      client,
      "OpenID configuration",
      `${oidcPath(slug)}/.well-known/openid-configuration`,
      oidcConfiguration,
    ),
  oidcKeys: (client: ReadClient, slug: string) =>
    readOne(client, "list of OpenID keys", `${oidcPath(slug)}/keys.json`, oidcKeys),
};

function oidcPath(workspace: string): string {
  return `${apiPath`/workspaces/${workspace}`}/pipelines-config/identity/oidc`;
}

/** The commit of a branch or tag. With a slash in its name, it can't be part of the path of a file. */
async function commitOf(client: ReadClient, repository: string, name: string): Promise<string> {
  const read = async (title: "branch" | "tag", refs: string) =>
    (await readOne(client, title, `${repository}/refs/${refs}${apiPath`/${name}`}`, ref)).target.hash;
  try {
    return await read("branch", "branches");
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return read("tag", "tags");
  }
}

/**
 * The IP ranges of Bitbucket's outgoing and incoming traffic. https://ip-ranges.atlassian.com/
 *
 * @param direction `egress`: from Bitbucket, such as webhooks. `ingress`: to Bitbucket.
 */
export async function getIpRanges(
  direction: "egress" | "ingress",
  url = "https://ip-ranges.atlassian.com/",
): Promise<string[]> {
  const dispatcher = createProxyAgent({}, proxiesOf());
  try {
    const response = await fetch(url, { dispatcher });
    if (!response.ok) throw new UserError(`${url} responded with status ${response.status}.`);
    const { items } = ipRanges.parse(await response.json());
    return items
      .filter((item) => item.product.includes("bitbucket") && item.direction.includes(direction))
      .map((item) => item.cidr);
  } finally {
    await dispatcher.destroy();
  }
}
