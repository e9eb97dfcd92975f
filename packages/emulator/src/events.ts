/**
 * The payloads of events, for those that are emulated: repositories and projects that change, and pushes.
 * https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/ describes `repo:push` and `repo:updated`; of
 * the others, it is not documented what they hold beside the actor and the object itself.
 */
import type { Principal } from "./access";
import type { EmittedEvent } from "./deliveries";
import { renderProject, renderProjectName } from "./projects";
import type { Call } from "./server";
import { renderTeam, renderUser, renderWorkspaceName, repositoryLinks } from "./shared";
import type { Project, Repository, User, Workspace } from "./state";

/** What is known where an event happens: also outside of the API, in a push over git. */
interface EventContext {
  /** For links. */
  readonly url: URL;
  readonly principal: Principal | undefined;
  readonly emit: (event: EmittedEvent) => void;
}

/** What an update of a repository tells: of these alone, and of nothing else that it changed. */
const announced = ["name", "description", "website", "language"] as const;
type AnnouncedFields = Pick<Repository, (typeof announced)[number] | "slug">;

export function pickAnnounced(found: Repository): AnnouncedFields {
  const { name, description, website, language, slug } = found;
  return { name, description, website, language, slug };
}

export function emitRepositoryEvent(
  context: EventContext,
  key: "repo:created" | "repo:deleted",
  workspace: Workspace,
  repository: Repository,
): void {
  context.emit({ key, workspace, repository, payload: payloadOf(context, workspace, repository) });
}

/** Emits `repo:updated` if a name, a description, a website or a language changed. */
export function emitRepositoryUpdate(
  context: EventContext,
  workspace: Workspace,
  repository: Repository,
  before: AnnouncedFields,
): void {
  const changed = announced.filter((field) => before[field] !== repository[field]);
  if (changed.length === 0) return;
  const changes = Object.fromEntries(
    changed.map((field) => [field, { old: before[field], new: repository[field] }]),
  );
  const moved =
    before.slug === repository.slug
      ? {}
      : {
          full_name: {
            old: `${workspace.slug}/${before.slug}`,
            new: `${workspace.slug}/${repository.slug}`,
          },
        };
  const payload = { ...payloadOf(context, workspace, repository), changes: { ...changes, ...moved } };
  context.emit({ key: "repo:updated", workspace, repository, payload });
}

export function emitProjectUpdate(context: EventContext, workspace: Workspace, project: Project): void {
  const { principal } = context;
  const shown = renderProject(asCall(context), workspace, project);
  context.emit({
    key: "project:updated",
    workspace,
    payload: { actor: actorOf(context, principal?.user), project: shown },
  });
}

/** Emits `repo:push` if branches or tags moved. */
export function emitPush(
  context: EventContext,
  workspace: Workspace,
  repository: Repository,
  before: Heads,
): void {
  const after = readHeads(repository);
  const changes = [...new Set([...before.keys(), ...after.keys()])]
    .filter((ref) => before.get(ref) !== after.get(ref))
    .map((ref) => ({
      old: renderRef(ref, before.get(ref)),
      new: renderRef(ref, after.get(ref)),
      created: !before.has(ref),
      closed: !after.has(ref),
      forced: false,
      truncated: false,
    }));
  if (changes.length === 0) return;
  const payload = { ...payloadOf(context, workspace, repository), push: { changes } };
  context.emit({ key: "repo:push", workspace, repository, payload });
}

/** The hashes of branches and tags: `branch main`. */
type Heads = ReadonlyMap<string, string>;

export function readHeads({ branches, tags }: Repository): Heads {
  return new Map([
    ...[...branches].map(([name, hash]) => [`branch ${name}`, hash] as const),
    ...[...tags].map(([name, { hash }]) => [`tag ${name}`, hash] as const),
  ]);
}

function renderRef(ref: string, hash: string | undefined): unknown {
  if (hash === undefined) return null;
  const [type = "", name] = ref.split(/ (.*)/);
  return { type, name, target: { type: "commit", hash } };
}

function payloadOf(
  context: EventContext,
  owner: Workspace,
  found: Repository,
): { actor: unknown; repository: unknown } {
  const call = asCall(context);
  const project = owner.projects.get(found.project);
  const fullName = `${owner.slug}/${found.slug}`;
  return {
    actor: actorOf(context, context.principal?.user),
    repository: {
      type: "repository",
      full_name: fullName,
      name: found.name,
      uuid: found.uuid,
      scm: "git",
      website: found.website,
      is_private: found.is_private,
      owner: renderTeam(call, owner),
      workspace: renderWorkspaceName(call, owner),
      ...(project
        ? {
            project: renderProjectName(call, owner, project),
          }
        : {}),
      links: repositoryLinks(call, fullName, found),
    },
  };
}

function actorOf(context: EventContext, user: User | undefined): unknown {
  return renderUser(asCall(context), user) ?? null;
}

/** Links need no more of a call than its address. */
function asCall({ url }: EventContext): Call {
  return { url } as Call;
}
