/** The two ways to manage a kind: as Pulumi's dynamic host does, and as the native provider does. */
import type { Kind, Properties } from "../../src/kinds/kind";
import { check } from "../../src/model/check";
import { diff } from "../../src/model/diff";
import { levelField, neededLevel } from "../../src/model/level";
import { NativeRun } from "../native/support";
import type { World } from "./support";

/** The engine's state of a resource. */
export interface Kept {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

export interface Compared {
  readonly changes: boolean;
  readonly fields: readonly string[];
  readonly replaces: readonly string[];
}

/** One run of the engine, without any cached reads. */
export interface Run {
  check(
    kind: Kind,
    olds: Properties,
    news: Properties,
  ): Promise<{ inputs: Properties; problems: readonly string[] }>;
  create(kind: Kind, inputs: Properties): Promise<Kept>;
  read(kind: Kind, kept: Kept): Promise<Kept | undefined>;
  diff(kind: Kind, kept: Kept, news: Properties): Promise<Compared>;
  update(kind: Kind, kept: Kept, news: Properties): Promise<Kept>;
  delete(kind: Kind, kept: Kept): Promise<void>;
}

export interface FrontEnd {
  readonly name: "dynamic" | "native";
  /** Runs a piece of work as one run of the engine. */
  within<Result>(world: World, work: (run: Run) => Promise<Result>): Promise<Result>;
}

const dynamic: FrontEnd = {
  name: "dynamic",
  within(world, work) {
    const { lifecycle } = world.run();
    return work({
      async check(kind, olds, news) {
        const { inputs, issues } = check(kind, olds, news);
        return { inputs, problems: issues.map(({ path, message }) => `${path.join(".")} ${message}`) };
      },
      create: async (kind, inputs) => ({ ...(await lifecycle.create(kind, inputs)), inputs }),
      read: (kind, { id, outputs }) => lifecycle.read(kind, id, outputs),
      diff: async (kind, { outputs }, news) => diff(kind, outputs, news),
      update: async (kind, { id, outputs }, news) => ({
        ...(await lifecycle.update(kind, id, outputs, news)),
        id,
        inputs: news,
      }),
      delete: (kind, { id, outputs }) => lifecycle.delete(kind, id, outputs),
    });
  },
};

const native: FrontEnd = {
  name: "native",
  async within(world, work) {
    const run = await NativeRun.start({
      client: world.client,
      pause: async () => {},
      // No engine to tell what else is deleted: to look for one in each run would take half of the time.
      run: { engine: async () => undefined, state: async () => ({ reason: "no engine runs this" }) },
      env: { BITBUCKET_ALLOW_DELETIONS: "1000" },
    });
    try {
      return await work({
        async check(kind, olds, news) {
          const level = neededLevel(kind, news);
          const said = level === undefined ? news : { ...news, [levelField]: level };
          const { inputs, failures } = await run.check(kind, olds, said);
          return { inputs, problems: failures };
        },
        create: (kind, inputs) => run.create(kind, inputs),
        read: (kind, kept) => run.read(kind, kept),
        async diff(kind, kept, news) {
          const found = await run.diff(kind, kept, news);
          return {
            changes: found.getDiffsList().length > 0,
            fields: found.getDiffsList(),
            replaces: found.getReplacesList(),
          };
        },
        update: (kind, kept, news) => run.update(kind, kept, news),
        delete: (kind, kept) => run.delete(kind, kept),
      });
    } finally {
      run.close();
    }
  },
};

export const frontEnds: readonly FrontEnd[] = [dynamic, native];
