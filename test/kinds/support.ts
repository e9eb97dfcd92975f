/** A workspace in the emulator, and runs of the provider against it, each with a reader of its own. */
import { type Client, type ClientOptions, createClient, Secret } from "../../src/bitbucket";
import type { ParentName, Properties } from "../../src/kinds/kind";
import { LiveReader } from "../../src/live";
import type { LiveOptions } from "../../src/live/reader";
import { Lifecycle } from "../../src/provider/lifecycle";
import { type Emulator, exampleTokens, startEmulator } from "../support/emulator";
import { HostileProxy } from "../support/hostile";

export class World {
  readonly told: string[] = [];
  #count = 0;

  private constructor(
    readonly emulator: Emulator,
    readonly client: Client,
    private readonly proxy?: HostileProxy,
  ) {}

  /**
   * A world whose client reaches the emulator through a hostile proxy, which is transparent until a test
   * enables a trick.
   */
  static async behindHostile(options: Partial<ClientOptions> = {}): Promise<World> {
    const emulator = await startEmulator();
    const proxy = await HostileProxy.start(emulator.origin);
    return new World(emulator, World.#client(proxy.url, options), proxy);
  }

  get hostile(): HostileProxy {
    if (!this.proxy) throw new Error("no hostile proxy stands before this emulator");
    return this.proxy;
  }

  static #client(baseUrl: string, options: Partial<ClientOptions>): Client {
    return createClient({
      credentials: { type: "api-token", email: exampleTokens.email, token: new Secret(exampleTokens.admin) },
      baseUrl,
      random: () => 0,
      ...options,
    });
  }

  static async start(options: Partial<ClientOptions> = {}): Promise<World> {
    const emulator = await startEmulator();
    return new World(emulator, World.#client(emulator.url, options));
  }

  /** The same with an existing emulator, which is not closed with it. */
  static around(emulator: Emulator): World {
    return new World(emulator, World.#client(emulator.url, {}));
  }

  /** The context of one run of the engine, without any cached reads. */
  run(options: LiveOptions = {}): { lifecycle: Lifecycle; live: LiveReader } {
    const live = new LiveReader(this.client, options);
    const lifecycle = new Lifecycle(this.client, live, {
      log: (line) => this.told.push(line),
      delay: async () => {},
    });
    return { live, lifecycle };
  }

  /** The inputs for a new parent: a repository with a branch, in a project of its own. */
  async parent(name: ParentName): Promise<Properties> {
    if (name === "account") return {};
    if (name === "workspace") return { workspace: "acme" };
    this.#count += 1;
    const key = `P${this.#count}`;
    await this.client.send({
      method: "POST",
      path: "/workspaces/acme/projects",
      body: { key, name: key, is_private: false },
    });
    if (name === "project") return { workspace: "acme", project: key };
    const made = await this.client.send({
      method: "POST",
      path: `/repositories/acme/repository-${this.#count}`,
      body: { is_private: true, project: { key } },
    });
    const repository = (made.body as { uuid: string }).uuid;
    const path = `/repositories/acme/${encodeURIComponent(repository)}`;
    await this.client.send({
      method: "POST",
      path: `${path}/src`,
      form: { "/README.md": "Hello", message: "Start", branch: "main" },
    });
    await this.client.send({
      method: "POST",
      path: `${path}/refs/branches`,
      body: { name: "develop", target: { hash: "main" } },
    });
    await this.client.send({ method: "PUT", path: `${path}/pipelines_config`, body: { enabled: true } });
    if (name === "repository") return { workspace: "acme", repository };
    const environment = await this.client.send({
      method: "POST",
      path: `${path}/environments`,
      body: { name: "Production", environment_type: { name: "Production" } },
    });
    return { workspace: "acme", repository, environment: (environment.body as { uuid: string }).uuid };
  }

  /** The hash of the first commit of a repository. */
  commit(parent: Properties): string {
    const repositories = [...(this.emulator.state.workspaces.get("acme")?.repositories.values() ?? [])];
    const found = repositories.find((one) => one.uuid === parent.repository);
    return found?.branches.get("main") ?? "";
  }

  /** The key of the first project. */
  project(): string | undefined {
    return [...(this.emulator.state.workspaces.get("acme")?.projects.keys() ?? [])][0];
  }

  async close(): Promise<void> {
    await this.client.close();
    await this.proxy?.close();
    await this.emulator.close();
  }
}
