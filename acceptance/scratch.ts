/**
 * The parents that a run creates for its live objects: two projects, repositories with two branches, an
 * environment.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { type ApiRequest, type ApiResponse, apiPath, type Client, NotFoundError } from "../src/bitbucket";
import type { ParentName, Properties } from "../src/kinds/kind";
import type { SampleWorld } from "../test/kinds/samples/sample";
import type { Names } from "./names";
import type { People } from "./values";

export interface RepositoryOptions {
  readonly pipelines?: boolean;
  /** Without a commit. */
  readonly empty?: boolean;
}

export class Scratch implements SampleWorld {
  readonly #commits = new Map<unknown, string>();
  readonly #shared = new Map<string, Promise<Properties>>();
  #count = 0;

  constructor(
    readonly client: Client,
    readonly workspace: string,
    readonly names: Names,
    readonly people: People,
    /** Waits, in milliseconds. */
    readonly pause: (milliseconds: number) => Promise<unknown> = sleep,
  ) {}

  /** The key of the project that holds the run's repositories. It is public, so that one of them can be. */
  get projectKey(): string {
    return this.names.key("SCRATCH");
  }

  /** The key of a second project, to move a repository to. */
  get otherProjectKey(): string {
    return this.names.key("OTHER");
  }

  project(): string {
    return this.projectKey;
  }

  commit(parent: Properties): string {
    return this.#commits.get(parent.repository) ?? "";
  }

  /** Creates both projects. Called once, before anything else. */
  async begin(): Promise<void> {
    for (const key of [this.projectKey, this.otherProjectKey])
      await this.client.send({
        method: "POST",
        path: apiPath`/workspaces/${this.workspace}/projects`,
        body: { key, name: this.names.text("scratch"), description: note, is_private: false },
      });
  }

  /** The location of a parent that cases share. */
  place(parent: ParentName): Promise<Properties> {
    let place = this.#shared.get(parent);
    if (!place) {
      place = this.#place(parent);
      this.#shared.set(parent, place);
    }
    return place;
  }

  async #place(parent: ParentName): Promise<Properties> {
    const { workspace } = this;
    if (parent === "account") return {};
    if (parent === "workspace") return { workspace };
    if (parent === "project") return { workspace, project: this.projectKey };
    if (parent === "repository") return this.repository({ pipelines: true });
    const repository = await this.place("repository");
    const { body } = await this.client.send({
      method: "POST",
      path: `${this.pathOf(repository)}/environments`,
      body: { name: this.names.text("environment"), environment_type: { name: "Production" } },
    });
    return { ...repository, environment: uuidIn(body) };
  }

  /** Creates a new repository for the run. Takes 3 requests, 4 with pipelines, 1 if it stays empty. */
  async repository(options: RepositoryOptions = {}): Promise<Properties> {
    const { workspace } = this;
    this.#count += 1;
    const name = this.names.text(`repository-${this.#count}`);
    const { body } = await this.client.send({
      method: "POST",
      path: apiPath`/repositories/${workspace}/${name}`,
      body: {
        scm: "git",
        name,
        description: note,
        is_private: true,
        project: { key: this.projectKey },
      },
    });
    const place = { workspace, repository: uuidIn(body) };
    if (options.empty) return place;
    const path = this.pathOf(place);
    await this.#soon({
      method: "POST",
      path: `${path}/src`,
      form: { "/README.md": note, message: "Start", branch: "main" },
    });
    const branch = await this.#soon({
      method: "POST",
      path: `${path}/refs/branches`,
      body: { name: "develop", target: { hash: "main" } },
    });
    this.#commits.set(
      place.repository,
      z.object({ target: z.object({ hash: z.string() }) }).parse(branch.body).target.hash,
    );
    if (options.pipelines)
      await this.#soon({ method: "PUT", path: `${path}/pipelines_config`, body: { enabled: true } });
    return place;
  }

  /** Writes to a new object, which may not exist everywhere yet. */
  async #soon(request: ApiRequest): Promise<ApiResponse> {
    for (const wait of settlingWaits) {
      try {
        return await this.client.send(request);
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
        await this.pause(wait);
      }
    }
    return this.client.send(request);
  }

  pathOf(place: Properties): string {
    return apiPath`/repositories/${this.workspace}/${String(place.repository)}`;
  }
}

/** Milliseconds that the service may take until a read shows a written value. */
export const settlingWaits: readonly number[] = [2000, 5000];

/** Explains the object to people who find it. */
const note = "Created by an acceptance run of bitbucket-as-code. The next run deletes it.";

export function uuidIn(body: unknown): string {
  return z.object({ uuid: z.string() }).parse(body).uuid;
}
