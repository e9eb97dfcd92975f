/**
 * Reads a workspace for the audit: with the survey that imports use, and with two reads of its own for what no
 * declaration holds: when deploy keys were used, and when a repository had its last commit.
 */
import { z } from "zod";
import { apiPath, NotFoundError, PermissionError, type ReadClient, Slots } from "../../../bitbucket";
import { parseAs } from "../../../errors";
import { project, repository } from "../../../kinds";
import type { Kind, LiveObject } from "../../../kinds/kind";
import {
  type LiveReader,
  type Survey,
  type SurveyedObject,
  type SurveyProgress,
  type SurveyRoot,
  surveyWorkspace,
  type UnreadablePart,
} from "../../../live";
import { buildViews } from "./buildViews";
import { partOfKind, placeOfUnread, type UnreadPart, type UnreadPlace } from "./parts";
import type { AuditedKey, AuditedWorkspace, Part } from "./views";

export interface AuditReading extends AuditedWorkspace {
  readonly objects: readonly SurveyedObject[];
  readonly unread: readonly UnreadPart[];
}

/** What was read of the workspace, before it is arranged as the checks see it. */
export interface AuditParts {
  readonly workspace: string;
  readonly objects: readonly SurveyedObject[];
  readonly unreadable: readonly UnreadablePart[];
  /** Undefined: they could not be read. */
  readonly members: ReadonlyMap<string, string> | undefined;
  /** Deploy keys by the id of their owner. Left out: they could not be read. */
  readonly deployKeys: ReadonlyMap<string, readonly AuditedKey[]>;
  /** The time of the last commit by the id of the repository; null: there is none. Left out: it could not be read. */
  readonly lastCommits: ReadonlyMap<string, string | null>;
  readonly unread: readonly UnreadPart[];
}

export interface ReadOptions {
  readonly workspace: string;
  readonly repositories?: ((slug: string, project?: string) => boolean) | undefined;
  readonly projects?: ((key: string) => boolean) | undefined;
  /** UUIDs of projects and repositories that are read whatever they are called now. */
  readonly uuids?: ReadonlySet<string> | undefined;
  /** Only these projects and repositories, which are read by themselves. */
  readonly roots?: readonly SurveyRoot[] | undefined;
  /** Whether what belongs to the workspace itself is read. Default: true. */
  readonly ofWorkspace?: boolean | undefined;
  /** What the checks need. Nothing else is read. */
  readonly parts: ReadonlySet<Part>;
  /** Further kinds to read. */
  readonly kinds?: ReadonlySet<Kind> | undefined;
  readonly onProgress?: ((progress: SurveyProgress) => void) | undefined;
}

const concurrency = 16;

const keySchema = z.object({
  id: z.number(),
  label: z.string().nullish(),
  comment: z.string().nullish(),
  added_on: z.string().nullish(),
  last_used: z.string().nullish(),
});

const commitsSchema = z.object({ values: z.array(z.object({ date: z.string() })) });

export async function readWorkspace(
  client: ReadClient,
  reader: LiveReader,
  options: ReadOptions,
): Promise<AuditReading> {
  const parts = await readParts(client, reader, options);
  return { ...buildViews(parts), unread: parts.unread, objects: parts.objects };
}

/** Reads what the checks look at. What the credential may not read is reported as unread. */
export async function readParts(
  client: ReadClient,
  reader: LiveReader,
  options: ReadOptions,
): Promise<AuditParts> {
  return new PartReader(client, reader, options).read();
}

class PartReader {
  readonly #slots = new Slots(() => concurrency);
  readonly #unread: UnreadPart[] = [];
  readonly #deployKeys = new Map<string, readonly AuditedKey[]>();
  readonly #lastCommits = new Map<string, string | null>();

  constructor(
    private readonly client: ReadClient,
    private readonly reader: LiveReader,
    private readonly options: ReadOptions,
  ) {}

  async read(): Promise<AuditParts> {
    const { workspace, parts } = this.options;
    await this.reader.workspaces.requireAccess(workspace);
    const { objects, unreadable } = await this.#survey();
    for (const one of unreadable)
      this.#unread.push({
        ...placeOfUnread(one),
        part: one.field ?? one.kind.title,
        reason: one.reason,
      });
    const members =
      parts.has("members") || parts.has("users")
        ? await this.#attempt("members", {}, () => readMembers(this.reader, workspace))
        : new Map<string, string>();
    await Promise.all(
      objects.map(async ({ kind, found }) => {
        if (kind === project) await this.#readProject(found);
        if (kind === repository) await this.#readRepository(found);
      }),
    );
    return {
      workspace,
      objects,
      unreadable,
      members,
      deployKeys: this.#deployKeys,
      lastCommits: this.#lastCommits,
      unread: this.#unread,
    };
  }

  /** For a repository these are at most 9 requests, and one more for each deployment environment. */
  #survey(): Promise<Survey> {
    const { parts, kinds: further = new Set<Kind>() } = this.options;
    const asked = [...partOfKind].flatMap(([kind, part]) => (parts.has(part) ? [kind] : []));
    return surveyWorkspace(this.reader, {
      ...this.options,
      kinds: [...new Set([project, repository, ...asked, ...further])],
      facets: parts.has("pipelines"),
      concurrency,
    });
  }

  async #readProject({ id, args }: LiveObject): Promise<void> {
    const key = String(args.key);
    const path = apiPath`/workspaces/${this.options.workspace}/projects/${key}`;
    await this.#readKeys(id, { project: key }, path);
  }

  async #readRepository({ id, args, outputs }: LiveObject): Promise<void> {
    const place = {
      project: typeof args.project === "string" ? args.project : undefined,
      repository: String(outputs.slug ?? args.slug),
    };
    const path = apiPath`/repositories/${this.options.workspace}/${id}`;
    const hasCommits = typeof args.mainBranch === "string" && this.options.parts.has("commits");
    if (!hasCommits) this.#lastCommits.set(id, null);
    await Promise.all([
      this.#readKeys(id, place, path),
      hasCommits ? this.#readCommit(id, place, path) : undefined,
    ]);
  }

  async #readKeys(id: string, place: UnreadPlace, owner: string): Promise<void> {
    const keys = this.options.parts.has("deployKeys")
      ? await this.#attempt("deployKeys", place, () => readDeployKeys(this.client, `${owner}/deploy-keys`))
      : [];
    if (keys !== undefined) this.#deployKeys.set(id, keys);
  }

  async #readCommit(id: string, place: UnreadPlace, owner: string): Promise<void> {
    const time = await this.#attempt("commits", place, () => readLastCommit(this.client, `${owner}/commits`));
    if (time !== undefined) this.#lastCommits.set(id, time);
  }

  /** Of what the credential may not read, nothing is known. */
  async #attempt<Result>(
    part: Part,
    place: UnreadPlace,
    read: () => Promise<Result>,
  ): Promise<Result | undefined> {
    try {
      return await this.#slots.run(read);
    } catch (error) {
      if (!(error instanceof PermissionError || error instanceof NotFoundError)) throw error;
      this.#unread.push({ ...place, part, reason: error.message });
      return undefined;
    }
  }
}

/** Names of the members by their UUIDs. */
async function readMembers(reader: LiveReader, workspace: string): Promise<ReadonlyMap<string, string>> {
  const names = await reader.people.memberNames(workspace);
  // Somebody without a name is a member as well.
  return new Map(
    [...(await reader.people.memberUuids(workspace))].map((uuid) => [uuid, names.get(uuid) ?? uuid]),
  );
}

async function readDeployKeys(client: ReadClient, path: string): Promise<readonly AuditedKey[]> {
  const items = await client.list(path, { fields: "id,label,comment,added_on,last_used" });
  return items.map((item): AuditedKey => {
    const { id, label, comment, added_on, last_used } = parseAs(keySchema, item, `An item of GET ${path}`);
    return {
      id: String(id),
      label: label || comment || "",
      ...(added_on ? { addedOn: added_on } : {}),
      ...(last_used === undefined ? {} : { lastUsed: last_used }),
    };
  });
}

/** The time of the last commit; null if there is none. */
async function readLastCommit(client: ReadClient, path: string): Promise<string | null> {
  const body = await client.get(path, { query: { pagelen: "1", fields: "values.date" } });
  return parseAs(commitsSchema, body, `The response to GET ${path}`).values[0]?.date ?? null;
}
