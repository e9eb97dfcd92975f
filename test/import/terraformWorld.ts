/** A workspace in which everything exists twice, so that a wrong owner or a vague match selects too much. */
import * as all from "../../src/kinds";
import type { Kind, Properties } from "../../src/kinds/kind";
import type { SurveyedObject } from "../../src/live";
import { check } from "../../src/model/check";
import { privateKey, publicKey, sampleOf } from "../kinds/samples/sample";
import { World } from "../kinds/support";

/** A repository with its members, by id. */
export interface Side {
  readonly project: string;
  readonly projectUuid: string;
  readonly slug: string;
  readonly uuid: string;
  readonly ids: Readonly<Record<string, string>>;
}

export class TerraformWorld {
  private constructor(
    readonly world: World,
    readonly own: Side,
    readonly other: Side,
    /** Ids of what belongs to the workspace or the account. */
    readonly ids: Readonly<Record<string, string>>,
    readonly users: Readonly<Record<string, string>>,
  ) {}

  static async start(): Promise<TerraformWorld> {
    const world = await World.start();
    try {
      return await TerraformWorld.#fill(world);
    } catch (error) {
      await world.close();
      throw error;
    }
  }

  static async #fill(world: World): Promise<TerraformWorld> {
    const users = Object.fromEntries(
      [...world.emulator.state.users.values()].map(({ nickname, uuid }) => [nickname, uuid]),
    );
    const make = async (kind: Kind, inputs: Properties) =>
      (await world.run().lifecycle.create(kind, check(kind, {}, inputs).inputs)).id;
    const own = await side(world, make, 1);
    const other = await side(world, make, 2);
    const workspace = { workspace: "acme" };
    const ids = {
      hook: await make(all.webhook, { ...workspace, url: hookUrl, events: ["repo:push"] }),
      variable: await make(all.pipelineVariable, { ...workspace, ...token }),
      sshKey: await make(all.sshKey, { key: publicKey(60), label: "laptop" }),
      otherSshKey: await make(all.sshKey, { key: publicKey(61), label: "desktop" }),
      gpgKey: await make(all.gpgKey, sampleOf(all.gpgKey).args(0, world, {})),
      otherGpgKey: await make(all.gpgKey, sampleOf(all.gpgKey).args(1, world, {})),
    };
    world.emulator.requests.length = 0;
    return new TerraformWorld(world, own, other, ids, users);
  }

  /** A description of an object, for people who read a failing test. */
  label({ kind, at, found, owner }: SurveyedObject): string {
    const sides = [this.own, this.other];
    const names: Readonly<Record<string, string>> = {
      ...Object.fromEntries(Object.entries(this.ids).map(([name, id]) => [id, name])),
      ...Object.fromEntries(sides.flatMap(({ ids }) => Object.entries(ids).map(([name, id]) => [id, name]))),
    };
    const [first] = sides.flatMap((one) =>
      one.uuid === (at.repository ?? found.id) || one.project === (at.project ?? found.args.key)
        ? [one === this.own ? "own" : "other"]
        : [],
    );
    const environment = owner?.kind === all.deploymentEnvironment ? String(owner.found.args.name) : "";
    const user = Object.entries(this.users).find(([, uuid]) => uuid === found.id)?.[0];
    const what = user ?? names[found.id] ?? (kind.naturalKey.length > 0 && !kind.parentRole ? found.id : "");
    const level = at.repository ? "" : at.project ? "project's" : "";
    return [first, level, environment, kind.name, what].filter(Boolean).join(" ");
  }
}

export const hookUrl = "https://ci.example.com/hook";
const token = { key: "TOKEN", value: "an older token", secured: true };

async function side(
  world: World,
  make: (kind: Kind, inputs: Properties) => Promise<string>,
  count: number,
): Promise<Side> {
  const place = await world.parent("environment");
  const repository = { workspace: "acme", repository: place.repository };
  const live = world.run().live;
  const found = await live.read(all.repository, { workspace: "acme" }, String(place.repository));
  const key = String(found?.args.project);
  const project = { workspace: "acme", project: key };
  const projects = await live.list(all.project, { workspace: "acme" });
  const staging = await make(all.deploymentEnvironment, { ...repository, name: "Staging", type: "Staging" });
  const hook = (url: string, secret?: string) =>
    make(all.webhook, { ...repository, url, events: ["repo:push"], ...(secret ? { secret } : {}) });
  const variable = (at: Properties) => make(all.pipelineVariable, { ...at, ...token });
  const restriction = (kind: string, pattern: string) =>
    make(all.branchRestriction, { ...repository, kind, pattern });
  const ids: Record<string, string> = {
    production: String(place.environment),
    staging,
    hook: await hook(hookUrl, "an older secret"),
    "open hook": await hook("https://open.example.com/"),
    variable: await variable(repository),
    "production variable": await variable(place),
    "staging variable": await variable({ ...repository, environment: staging }),
    key: await make(all.deployKey, { ...repository, key: publicKey(count), label: "deploy" }),
    "second key": await make(all.deployKey, { ...repository, key: publicKey(10 + count), label: "deploy" }),
    "project's key": await make(all.deployKey, { ...project, key: publicKey(20 + count), label: "deploy" }),
    restriction: await restriction("push", "main"),
    "second restriction": await restriction("force", "main"),
    schedule: await make(all.pipelineSchedule, {
      ...repository,
      cronPattern: "0 0 4 * * ? *",
      branch: "main",
    }),
    "second schedule": await make(all.pipelineSchedule, {
      ...repository,
      cronPattern: "0 0 5 * * ? *",
      branch: "main",
    }),
    host: await make(all.pipelineKnownHost, {
      ...repository,
      hostname: "deploy.example.com",
      publicKey: publicKey(30),
    }),
    "second host": await make(all.pipelineKnownHost, {
      ...repository,
      hostname: "deploy.example.com",
      publicKey: publicKey(31),
    }),
  };
  // The API accepts a second webhook with the same URL; this project creates none.
  const twin = await world.client.send({
    method: "POST",
    path: `/repositories/acme/${encodeURIComponent(String(place.repository))}/hooks`,
    body: { url: hookUrl, description: "twin", active: true, events: ["repo:push"] },
  });
  ids["twin hook"] = String((twin.body as { uuid: string }).uuid);
  await make(all.pipelineSshKeyPair, { ...repository, privateKey, publicKey: publicKey(50) });
  for (const user of ["alice", "bob", "carol"]) {
    await make(all.repositoryUserPermission, { ...repository, user, permission: "admin" });
    await make(all.projectUserPermission, { ...project, user, permission: "write" });
    await make(all.defaultReviewer, { ...repository, user });
    await make(all.defaultReviewer, { ...project, user });
  }
  for (const group of ["administrators", "developers"]) {
    await make(all.repositoryGroupPermission, { ...repository, group, permission: "write" });
    await make(all.projectGroupPermission, { ...project, group, permission: "write" });
  }
  return {
    project: key,
    projectUuid: projects.find(({ args }) => args.key === key)?.id ?? "",
    slug: String(found?.args.slug),
    uuid: String(place.repository),
    ids,
  };
}
