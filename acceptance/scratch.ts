/** What a run creates for its live objects to belong to: two projects, repositories with two branches, an environment. */
import { z } from "zod";
import { apiPath, type Client } from "../src/bitbucket";
import type { ParentName, Values } from "../src/kinds/kind";
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
  readonly #shared = new Map<string, Promise<Values>>();
  #count = 0;

  constructor(
    readonly client: Client,
    readonly workspace: string,
    readonly names: Names,
    readonly people: People,
  ) {}

  /** The key of the project that holds the run's repositories. It is public, so that one of them can be. */
  get projectKey(): string {
    return this.names.key("SCRATCH");
  }

  /** The key of a second one, to move a repository to. */
  get otherProjectKey(): string {
    return this.names.key("OTHER");
  }

  project(): string {
    return this.projectKey;
  }

  commit(parent: Values): string {
    return this.#commits.get(parent.repository) ?? "";
  }

  /** Both projects. Called once, before anything else. */
  async begin(): Promise<void> {
    for (const key of [this.projectKey, this.otherProjectKey])
      await this.client.send({
        method: "POST",
        path: apiPath`/workspaces/${this.workspace}/projects`,
        body: { key, name: this.names.text("scratch"), description: note, is_private: false },
      });
  }

  /** The location of a parent that cases share. */
  place(parent: ParentName): Promise<Values> {
    let place = this.#shared.get(parent);
    if (!place) {
      place = this.#place(parent);
      this.#shared.set(parent, place);
    }
    return place;
  }

  async #place(parent: ParentName): Promise<Values> {
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

  /** A new repository of the run's own. It costs 3 requests, 4 with pipelines, 1 if it stays empty. */
  async repository(options: RepositoryOptions = {}): Promise<Values> {
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
    await this.client.send({
      method: "POST",
      path: `${path}/src`,
      form: { "/README.md": note, message: "Start", branch: "main" },
    });
    const branch = await this.client.send({
      method: "POST",
      path: `${path}/refs/branches`,
      body: { name: "develop", target: { hash: "main" } },
    });
    this.#commits.set(
      place.repository,
      z.object({ target: z.object({ hash: z.string() }) }).parse(branch.body).target.hash,
    );
    if (options.pipelines)
      await this.client.send({ method: "PUT", path: `${path}/pipelines_config`, body: { enabled: true } });
    return place;
  }

  pathOf(place: Values): string {
    return apiPath`/repositories/${this.workspace}/${String(place.repository)}`;
  }
}

/** Tells people who find it what it is. */
const note = "Created by an acceptance run of bitbucket-as-code. The next run deletes it.";

export function uuidIn(body: unknown): string {
  return z.object({ uuid: z.string() }).parse(body).uuid;
}
