/** Looks at the one repository or project of an event. Everything is read live: the event only says where to look. */
import { z } from "zod";
import { apiPath, type Client, NotFoundError } from "../bitbucket";
import { keyOf, type StackLocation } from "../desired";
import { compareStack } from "../drift";
import type { LoadedStack } from "../drift/states";
import { environment, variable } from "../environment";
import { parseAs } from "../errors";
import { identityOf } from "../kinds/kind";
import { toCanonicalUuid } from "../kinds/uuid";
import { type LiveReader, readText, VanishedError } from "../live";
import type { ConfigLookup } from "../provider/configLookup";
import { applyNewRepository, type UnmanagedRepository } from "./apply";
import type { ListenSubject } from "./event";
import type { SubjectLook } from "./scheduler";
import type { QueuedEvent } from "./store";

/** Milliseconds between the creation of a repository and its event, at most. Later it counts as an old one. */
const newFor = 3_600_000;

export interface LookConnection {
  readonly client: Client;
  readonly reader: LiveReader;
}

export interface SubjectLookOptions {
  readonly place: StackLocation;
  /** The YAML and the state, as they are now. Of the files of repositories, that of this one counts. */
  readonly load: (subject: ListenSubject) => Promise<LoadedStack>;
  /** Opens a connection with a reader of its own. Without `write`, it only reads. */
  readonly connect: <Result>(
    options: { readonly write: boolean },
    work: (connection: LookConnection) => Promise<Result>,
  ) => Promise<Result>;
  readonly settings: ConfigLookup;
  readonly config: (key: string) => string | undefined;
  readonly warn: (line: string) => void;
  /** Whether the profiles were applied to a repository before. */
  readonly wasApplied: (subject: ListenSubject) => boolean;
}

interface LiveRepository extends UnmanagedRepository {
  /** Milliseconds since 1970. */
  readonly createdAt: number;
}

export async function lookAtSubject(
  subject: ListenSubject,
  events: readonly QueuedEvent[],
  options: SubjectLookOptions,
): Promise<SubjectLook> {
  const loaded = await options.load(subject);
  const entry = loaded.state.find(
    ({ kind, id, pendingDelete }) =>
      kind.parentRole === subject.kind && toCanonicalUuid(id) === subject.uuid && !pendingDelete,
  );
  const isDeleted = events.some(({ key }) => key === "repo:deleted");
  const deleted = isDeleted && subject.kind === "repository" ? subject.uuid : undefined;
  if (entry) {
    const result = await compare(keyOf(entry), entry.name, loaded, options, deleted);
    return { ...result, subject: subject.kind };
  }
  if (subject.kind === "project")
    return { outcome: "unmanaged", requests: 0, message: "The stack does not manage this project." };
  const { workspace } = loaded.whole;
  const { live, requests } = await options.connect({ write: false }, async ({ client }) => ({
    live: await readRepository(client, workspace, subject.uuid),
    requests: client.budget.requests,
  }));
  if (!live)
    return { outcome: "gone", requests, message: "The stack does not manage it, and it cannot be found." };
  const declared = loaded.whole.resources.find(
    ({ kind, args, parent }) =>
      kind.parentRole === "repository" && !parent && identityOf(kind, args) === live.slug,
  );
  if (declared) {
    const result = await compare(keyOf(declared), declared.name, loaded, options);
    return { ...result, requests: result.requests + requests };
  }
  return applyProfiles(live, events, loaded, requests, options);
}

/**
 * Compares one repository or project, with all that belongs to it.
 *
 * @param deleted The repository of which an event says that it is deleted. That is proved as everywhere: it is missing from
 *   its own path and from a complete list. Only how much is missing at once does not count against it.
 */
async function compare(
  key: string,
  name: string,
  { whole, state, shards }: LoadedStack,
  { connect, place, config }: SubjectLookOptions,
  deleted?: string,
): Promise<SubjectLook> {
  return connect({ write: false }, async ({ client, reader }) => {
    try {
      if (deleted !== undefined) reader.absences.announceDeletion(deleted);
      const { report, observed, unmanaged } = await compareStack({
        stack: place.stack,
        desired: whole,
        state,
        shards,
        client,
        reader,
        secrets: { env: environment(), config, bitbucket: (path) => readText(client, path) },
        scope: { changed: new Set([key]) },
        looksInside: true,
      });
      const outcome = report.findings.length > 0 ? "findings" : report.complete ? "in sync" : "incomplete";
      return { outcome, name, requests: report.requests, report, drift: { observed, unmanaged, whole } };
    } catch (error) {
      // Another look would find the same.
      if (!(error instanceof VanishedError)) throw error;
      return { outcome: "incomplete", name, requests: client.budget.requests, message: error.message };
    }
  });
}

/** A repository that nobody declared: it is reported, or gets its profiles if the YAML says so and it is new. */
async function applyProfiles(
  live: LiveRepository,
  events: readonly QueuedEvent[],
  loaded: LoadedStack,
  before: number,
  options: SubjectLookOptions,
): Promise<SubjectLook> {
  const { name: _, slug, uuid } = live;
  const report = (message: string, requests = before): SubjectLook => ({
    outcome: "unmanaged",
    name: slug,
    requests,
    message,
  });
  const undeclared = "The YAML does not declare it.";
  const rule = loaded.whole.listen?.newRepositories;
  const creation = events.find(({ key }) => key === "repo:created");
  if (!rule || !creation) return report(undeclared);
  if (!rule.matches(slug)) return report(`${undeclared} No rule of listen.newRepositories matches it.`);
  const isReferredTo = loaded.whole.existing?.some(
    ({ kind, name }) => kind.parentRole === "repository" && name === slug,
  );
  if (isReferredTo) return report("It is managed elsewhere: the YAML has it under existing.");
  if (options.wasApplied({ kind: "repository", uuid }))
    return report(`${undeclared} It got its profiles before.`);
  // The event's type is not signed. The creation is what the API says.
  if (creation.acceptedAt - live.createdAt > newFor)
    return report(`${undeclared} It is not new: nothing was written.`);
  if (variable("BITBUCKET_READ_ONLY", environment()))
    return report(`${undeclared} BITBUCKET_READ_ONLY is set: nothing was written.`);
  return options.connect({ write: true }, async ({ client, reader }) => {
    const { place, settings, config, warn } = options;
    const outcome = await applyNewRepository({
      repository: live,
      place,
      client,
      reader,
      env: environment(),
      settings,
      config,
      warn,
    });
    const requests = before + client.budget.requests;
    if ("refused" in outcome)
      return report(`${undeclared} Its profiles were not applied: ${outcome.refused}`, requests);
    return {
      outcome: "applied",
      name: slug,
      requests,
      message: `${undeclared} It got its profiles. To manage it, import it: npx bitbucket-as-code import ${loaded.whole.workspace}`,
      applied: outcome.applied,
    };
  });
}

const repositorySchema = z.object({
  uuid: z.string(),
  slug: z.string(),
  name: z.string(),
  created_on: z.iso.datetime({ offset: true }),
});

async function readRepository(
  client: Client,
  workspace: string,
  uuid: string,
): Promise<LiveRepository | undefined> {
  const path = apiPath`/repositories/${workspace}/${uuid}`;
  try {
    const body = await client.get(path, { query: { fields: "uuid,slug,name,created_on" } });
    const { slug, name, created_on } = parseAs(repositorySchema, body, `The response to GET ${path}`);
    return { uuid, slug, name, createdAt: Date.parse(created_on) };
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}
