/** Reads the files with which repositories set properties of their own, at the heads of their main branches. */
import type { ReadClient } from "../bitbucket";
import {
  type DesiredStack,
  DesiredStateError,
  type RepositoryFileRequest,
  type RepositoryFileSource,
  type RepositoryFileVersion,
  repositoryFilePath,
} from "../desired";
import { messageOf, UserError } from "../errors";
import { formatCount } from "../errors/count";
import { repository as repositoryKind } from "../kinds";
import { toCanonicalUuid } from "../kinds/uuid";
import { type LiveReader, listHeads, type RepositoryHead, readCommitFile, readHead } from "../live";
import { formatBudgetWarning, readStateEntries, type StateEntry, type StateReading } from "../plan";
import type { Stacks } from "../pulumi/stacks";

/** Repositories from which on their list is read, instead of each by itself. */
const listFrom = 10;

/** Requests for one repository, at most: its branch, its file, and the list that proves that there is none. */
const requestsForEach = 3;

/** Failures that a message shows, at most. */
const fewShown = 10;

interface RepositoryFileContext {
  readonly client: ReadClient;
  readonly reader: LiveReader;
  /** The UUIDs of repositories that the state holds, by name: asked for once a repository is not found by its slug. */
  readonly held: () => Promise<ReadonlyMap<string, string>>;
  /** Shows a line to the user. */
  readonly say?: ((line: string) => void) | undefined;
}

/** The files of some repositories are not known. */
class UnreadableRepositoryFilesError extends UserError {
  constructor(failures: readonly { readonly repository: string; readonly error: unknown }[], total: number) {
    const lines = failures
      .slice(0, fewShown)
      .map(({ repository, error }) => `  - ${repository}: ${messageOf(error)}`);
    const more = failures.length - lines.length;
    super(
      [
        `${repositoryFilePath} cannot be read for ${failures.length} of ${formatCount(total, "repository", "repositories")}, so that it ` +
          "is unknown what they set. Nothing was changed, and nothing counts as removed.",
        ...lines,
        ...(more > 0 ? [`  … and ${more} more`] : []),
        'Run this again. A rule\'s "pins" can name a commit at which a file is read instead.',
      ].join("\n"),
    );
  }
}

/** @throws {UserError} when it reads, if what a repository has is not certain. */
export function readRepositoryFiles(context: RepositoryFileContext): RepositoryFileSource {
  return { read: (asked) => new FileReading(context, asked).run() };
}

class FileReading {
  readonly #lists = new Map<string, Promise<ReadonlyMap<string, RepositoryHead>>>();
  #held: Promise<ReadonlyMap<string, string>> | undefined;

  constructor(
    private readonly context: RepositoryFileContext,
    private readonly asked: readonly RepositoryFileRequest[],
  ) {}

  async run(): Promise<ReadonlyMap<string, RepositoryFileVersion>> {
    const { client, say } = this.context;
    const needed = { api: this.asked.length * requestsForEach, webhooks: 0 };
    const costly = formatBudgetWarning(needed, client.budget);
    if (costly !== undefined) say?.(costly);
    const read = await Promise.allSettled(this.asked.map((one) => this.#read(one)));
    const failures = read.flatMap((result, index) => {
      const { repository } = this.asked[index] ?? {};
      return result.status === "rejected" && repository !== undefined
        ? [{ repository, error: result.reason as unknown }]
        : [];
    });
    for (const { error } of failures) if (!(error instanceof UserError)) throw error;
    if (failures.length > 0) throw new UnreadableRepositoryFilesError(failures, this.asked.length);
    return new Map(
      read.flatMap((result, index) => {
        const { repository } = this.asked[index] ?? {};
        return result.status === "fulfilled" && repository !== undefined ? [[repository, result.value]] : [];
      }),
    );
  }

  async #read(request: RepositoryFileRequest): Promise<RepositoryFileVersion> {
    const { client } = this.context;
    const { workspace } = request;
    const head = (await this.#bySlug(request)) ?? (await this.#byState(request));
    if (head === undefined || "isGone" in head) return head?.isGone ? { uuid: head.uuid } : {};
    const uuid = toCanonicalUuid(head.uuid);
    const at = { workspace, repository: uuid };
    return { uuid, ...(await readCommitFile(client, at, head, repositoryFilePath, request.commit)) };
  }

  async #bySlug({ workspace, slug }: RepositoryFileRequest): Promise<RepositoryHead | undefined> {
    const { client } = this.context;
    if (this.asked.length < listFrom) return readHead(client, { workspace, repository: slug });
    const list = this.#lists.get(workspace) ?? listHeads(client, workspace);
    this.#lists.set(workspace, list);
    return (await list).get(slug) ?? readHead(client, { workspace, repository: slug });
  }

  /**
   * A repository that has another slug than in the YAML: it is renamed in this run, or was in Bitbucket. Undefined: it
   * is new.
   */
  async #byState({
    workspace,
    repository,
    slug,
    renamedFrom,
  }: RepositoryFileRequest): Promise<
    RepositoryHead | { readonly isGone: true; readonly uuid: string } | undefined
  > {
    const { client, reader } = this.context;
    this.#held ??= this.context.held();
    const held = await this.#held;
    const uuid = held.get(repository) ?? (renamedFrom === undefined ? undefined : held.get(renamedFrom));
    if (uuid === undefined) {
      if (await reader.find(repositoryKind, { workspace }, { slug }))
        throw new UserError(
          `Bitbucket answered with 404 for the repository ${slug}, although its workspace lists it.`,
        );
      return undefined;
    }
    const found = await readHead(client, { workspace, repository: uuid });
    if (found) return found;
    if (await reader.read(repositoryKind, { workspace }, uuid, { slug }))
      throw new UserError(
        `Bitbucket answered with 404 for the repository ${uuid}, although its workspace lists it.`,
      );
    return { isGone: true, uuid: toCanonicalUuid(uuid) };
  }
}

/** The UUIDs of the repositories in a state, by their names. */
export function repositoriesHeld(state: readonly StateEntry[]): ReadonlyMap<string, string> {
  return new Map(
    state.flatMap(({ kind, name, id, pendingDelete }) =>
      kind.parentRole === "repository" && !pendingDelete ? [[name, id]] : [],
    ),
  );
}

/** @throws {UserError} if the state cannot be read: it is not known then which repository is which. */
export async function repositoriesIn(reading: StateReading): Promise<ReadonlyMap<string, string>> {
  if ("resources" in reading) return repositoriesHeld(reading.resources);
  throw new UserError(`the state, which knows where it is, cannot be read: ${reading.reason}`);
}

/** The same from the states of all shards. */
export async function repositoriesOfStacks(stacks: Stacks): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  for (const shard of await stacks.listExisting())
    for (const [name, uuid] of repositoriesHeld(readStateEntries(await stacks.readState(shard))))
      found.set(name, uuid);
  return found;
}

/**
 * Holds that the files are those of the repositories in the state: a slug can be given up, and taken by another
 * repository, whose file must not decide.
 *
 * @param state Under the names that it continues with.
 * @throws {DesiredStateError}
 */
export function checkRepositoryFiles(stack: DesiredStack, state: readonly StateEntry[]): void {
  const versions = stack.delegation?.repositoryFiles;
  if (!versions || versions.size === 0) return;
  const held = repositoriesHeld(state);
  const problems = stack.resources.flatMap(({ kind, name, parent, position }) => {
    const version = kind.parentRole === "repository" && !parent ? versions.get(name) : undefined;
    const uuid = held.get(name);
    if (!version || uuid === undefined || version.uuid === toCanonicalUuid(uuid)) return [];
    const { file, line, column, path } = position;
    const found =
      version.uuid === undefined ? "was not found" : `was read from the repository ${version.uuid}`;
    return [
      {
        severity: "error" as const,
        file,
        line,
        column,
        path,
        message: `its ${repositoryFilePath} ${found}, and the state holds the repository ${uuid}. If it was renamed, write its name into the YAML`,
      },
    ];
  });
  if (problems.length > 0) throw new DesiredStateError(problems);
}
