/** What counts as renamed, and what does not. */
import fc from "fast-check";
import { stringify } from "yaml";
import {
  type DesiredResource,
  type DesiredStack,
  DesiredStateError,
  formatDiagnostic,
  keyOf,
} from "../../src/desired";
import type { LiveObject } from "../../src/kinds/kind";
import {
  applyRenames,
  findRenames,
  type LiveLookup,
  planChanges,
  renameHints,
  renameMessages,
  type StateEntry,
} from "../../src/plan";
import { load, removeFolders } from "../desired/support/folder";

afterEach(removeFolders);

interface Environment {
  name: string;
  type: string;
  variables: Record<string, { key: string; value: string }>;
}
interface Repository {
  name: string;
  project: string;
  description: string;
  webhooks: Record<string, { url: string; description: string; events: string[] }>;
  environments: Record<string, Environment>;
}
type Repositories = Record<string, Repository>;

const yaml = (
  repositories: unknown,
  projects: unknown = { PLAT: { name: "Platform" }, DATA: { name: "Data" } },
) => stringify({ workspace: "acme", projects, repositories });

/** Nothing was changed by hand. */
const untouched = async ({ id, outputs }: StateEntry): Promise<LiveObject> => ({
  id,
  args: outputs,
  outputs: {},
});

/** The state after an apply of this. */
function stateOf({ resources, workspace }: DesiredStack): StateEntry[] {
  const urns = new Map<DesiredResource, string>();
  return resources.map((resource, index) => {
    const { kind, name, args, parent } = resource;
    const urn = `urn:pulumi:test::bitbucket::pulumi-nodejs:bitbucket:${kind.name}::${name}`;
    urns.set(resource, urn);
    const slug = String(args.name).toLowerCase();
    return {
      kind,
      name,
      urn,
      id: `{${index}}`,
      parent:
        (parent && urns.get(parent)) ?? "urn:pulumi:test::bitbucket::pulumi:pulumi:Stack::bitbucket-test",
      outputs: { workspace, ...args, ...(kind.name === "Repository" ? { fullName: `acme/${slug}` } : {}) },
    };
  });
}

const wantedOf = ({ resources }: DesiredStack) =>
  resources.map((resource) => ({ resource, args: resource.args }));

async function renames(before: string, after: string, live: LiveLookup = untouched) {
  const state = stateOf(await load(before));
  const desired = await load(after);
  const found = await findRenames(wantedOf(desired), state, live);
  const pairs = [...found.former].map(([resource, { name }]) => `${keyOf(resource)} < ${name}`);
  const plan = planChanges(
    desired.resources.map(({ kind, name, args }) => ({ kind, name, args })),
    applyRenames(state, found.former),
  );
  const changes = plan.changes.map(({ operation, kind, name }) => `${operation} ${kind.name} ${name}`);
  return { ...found, pairs, changes };
}

async function refusal(before: string, after: string): Promise<string[]> {
  try {
    await renames(before, after);
  } catch (error) {
    if (error instanceof DesiredStateError) return error.diagnostics.map(formatDiagnostic);
    throw error;
  }
  return [];
}

const names = (prefix: string, most: number) =>
  fc
    .integer({ min: 0, max: most })
    .map((count) => Array.from({ length: count }, (_, index) => `${prefix}${index}`));

const workspace: fc.Arbitrary<Repositories> = names("repo", 4).chain((keys) =>
  fc.tuple(...keys.map(() => fc.tuple(names("env", 3), names("hook", 3), names("VAR", 2)))).map((contents) =>
    Object.fromEntries(
      keys.map((key, index) => {
        const [environments = [], hooks = [], variables = []] = contents[index] ?? [];
        return [
          key,
          {
            name: key,
            project: "PLAT",
            description: "one",
            webhooks: Object.fromEntries(
              hooks.map((hook) => [
                hook,
                { url: `https://${hook}.example.com/`, description: hook, events: ["repo:push"] },
              ]),
            ),
            environments: Object.fromEntries(
              environments.map((name) => [
                name,
                {
                  name,
                  type: "Test",
                  variables: Object.fromEntries(
                    variables.map((variable) => [variable, { key: variable, value: "1" }]),
                  ),
                },
              ]),
            ),
          },
        ];
      }),
    ),
  ),
);

/** Renames some keys of a map; `random` selects them. */
function rekeyed<Value>(map: Record<string, Value>, random: () => boolean): Record<string, Value> {
  return Object.fromEntries(
    Object.entries(map).map(([key, value]) => [random() ? `${key}-renamed` : key, value]),
  );
}

test("whatever keys are renamed, at whatever depth and with whatever else, nothing is deleted or made anew", async () => {
  await fc.assert(
    fc.asyncProperty(workspace, fc.infiniteStream(fc.boolean()), async (before, stream) => {
      const random = () => stream.next().value === true;
      const after = rekeyed(
        Object.fromEntries(
          Object.entries(before).map(([key, repository]) => [
            key,
            {
              ...repository,
              project: random() ? "DATA" : repository.project,
              description: random() ? "two" : "one",
              webhooks: rekeyed(repository.webhooks, random),
              environments: rekeyed(
                Object.fromEntries(
                  Object.entries(repository.environments).map(([name, environment]) => [
                    name,
                    { ...environment, variables: rekeyed(environment.variables, random) },
                  ]),
                ),
                random,
              ),
            },
          ]),
        ),
        random,
      );
      const { changes, former } = await renames(yaml(before), yaml(after));
      expect(changes.filter((change) => !change.startsWith("update"))).toEqual([]);
      for (const [resource, { name }] of former)
        expect(resource.name.replaceAll("-renamed", "")).toBe(name.replaceAll("-renamed", ""));
    }),
    { numRuns: 60 },
  );
});

const hook = (url: string) => ({ url, description: "a hook", events: ["repo:push"] });

describe("a new key that makes a new name", () => {
  const before = yaml({ api: { project: "PLAT", webhooks: { ci: hook("https://ci.example.com") } } });

  test("is another repository, and a hint says how to say that it is none", async () => {
    const found = await renames(
      before,
      yaml({ core: { project: "PLAT", webhooks: { ci: hook("https://ci.example.com") } } }),
    );
    expect(found.pairs).toEqual([]);
    expect(renameHints(found)).toEqual([
      expect.stringMatching(
        /^stacks\/acme\.yaml:\d+:3 repositories\.core: the repository core is new, and api was removed.*"renamedFrom: api" on core/,
      ),
    ]);
  });

  test("is the same with renamedFrom, with all that is in it, even where that changed", async () => {
    const found = await renames(
      before,
      yaml({
        core: { renamedFrom: "api", project: "DATA", webhooks: { ci: hook("https://new.example.com") } },
      }),
    );
    expect(found.pairs).toEqual(["Repository core < api", "Webhook core:ci < api:ci"]);
    expect(found.changes).toEqual(["update Repository core", "update Webhook core:ci"]);
    expect(renameMessages(found)).toEqual([
      expect.stringMatching(/^Repository core is what the state has as api/),
    ]);
    expect(renameHints(found)).toEqual([]);
  });

  test.each([
    [
      "beside another new one in another project",
      { core: { project: "DATA" }, more: { project: "PLAT", description: "More" } },
    ],
    [
      "in another project where null says that it is another",
      { core: { project: "DATA", renamedFrom: null } },
    ],
    ["with another setting", { core: { project: "PLAT", description: "Another" } }],
    ["where null says that it is another", { core: { project: "PLAT", renamedFrom: null } }],
    ["beside another new one", { core: { project: "PLAT" }, more: { project: "PLAT" } }],
  ])("raises no suspicion %s", async (_, after) => {
    expect((await renames(yaml({ api: { project: "PLAT" } }), yaml(after))).suspected).toEqual([]);
  });

  test("in another project as well, where nothing else vanished and appeared", async () => {
    const found = await renames(
      yaml({ api: { project: "PLAT" }, web: { project: "PLAT" } }),
      yaml({ core: { project: "DATA" }, web: { project: "PLAT" } }),
    );
    expect(renameHints(found)).toEqual([
      expect.stringMatching(
        /the repository core is new, and api was removed, which differs only in its name and its project\..*"renamedFrom: api" on core/,
      ),
    ]);
  });

  test("in each of two projects is asked for, and what moved between others beside it", async () => {
    const found = await renames(
      yaml({ api: { project: "PLAT" }, docs: { project: "DATA" } }),
      yaml(
        { core: { project: "PLAT" }, texts: { project: "OPS" } },
        { PLAT: { name: "P" }, DATA: { name: "D" }, OPS: { name: "O" } },
      ),
    );
    expect(found.suspected.map(({ resource, state }) => `${resource.name} < ${state.name}`)).toEqual([
      "core < api",
      "texts < docs",
    ]);
  });

  test("says how to say that it is another", async () => {
    const found = await renames(yaml({ api: {} }), yaml({ core: {} }));
    expect(renameHints(found).join()).toMatch(/If it is a new one, set "renamedFrom: null"/);
  });

  test("cannot be another where it has the natural key of what the state holds", async () => {
    expect(
      await refusal(yaml({ api: { name: "same" } }), yaml({ core: { name: "same", renamedFrom: null } })),
    ).toEqual([
      expect.stringMatching(
        /repositories\.core\.renamedFrom: cannot be another repository than "api" of the state: it has the same natural key/,
      ),
    ]);
  });

  test("of an environment: renamedFrom names the key beside it", async () => {
    const environment = (key: string, more = {}) =>
      yaml({ api: { environments: { [key]: { type: "Test", variables: { A: "1" }, ...more } } } });
    const hinted = await renames(environment("Old"), environment("New"));
    expect(renameHints(hinted).join()).toMatch(/"renamedFrom: Old" on api:New/);
    const said = await renames(environment("Old"), environment("New", { renamedFrom: "Old" }));
    expect(said.changes).toEqual(["update DeploymentEnvironment api:New"]);
    // Once applied, it no longer has an effect.
    const again = await renames(environment("New"), environment("New", { renamedFrom: "Old" }));
    expect(again.pairs).toEqual([]);
  });
});

describe("what was renamed on the server", () => {
  test("is the same where the YAML follows, by its id", async () => {
    const now = async ({ kind, id, name }: StateEntry): Promise<LiveObject | undefined> =>
      kind.name === "Repository" && name === "api"
        ? { id, args: { name: "Core", slug: "core" }, outputs: {} }
        : undefined;
    const found = await renames(
      yaml({ api: { webhooks: { ci: hook("https://ci.example.com") } }, web: {} }),
      yaml({ core: { webhooks: { ci: hook("https://ci.example.com") } }, web: {} }),
      now,
    );
    expect(found.pairs).toEqual(["Repository core < api", "Webhook core:ci < api:ci"]);
  });

  test("is asked for only where something vanished and something appeared", async () => {
    const asked: string[] = [];
    const look = async (resource: StateEntry) => {
      asked.push(keyOf(resource));
      return undefined;
    };
    await renames(yaml({ api: {}, web: {} }), yaml({ api: {}, more: {}, web: { description: "x" } }), look);
    await renames(yaml({ api: {}, web: {} }), yaml({ api: {} }), look);
    expect(asked).toEqual([]);
  });

  test("two that each may be it are refused, and renamedFrom decides", async () => {
    const before = yaml({ one: { name: "api" }, two: { name: "web" } });
    const now = async (resource: StateEntry): Promise<LiveObject> => ({
      id: resource.id,
      args: resource.name === "two" ? { name: "api", slug: "api" } : { name: "old", slug: "old" },
      outputs: {},
    });
    const three = (more = {}) => yaml({ three: { name: "api", ...more } });
    await expect(renames(before, three(), now)).rejects.toThrow(
      /repositories\.three: may be what the state has as "one" or as "two"\. Set "renamedFrom:" to its previous key/,
    );
    expect((await renames(before, three({ renamedFrom: "two" }), now)).pairs).toEqual([
      "Repository three < two",
    ]);
  });
});

describe("what cannot be followed", () => {
  test("a key that goes to another repository in the same run", async () => {
    expect(
      await refusal(
        yaml({ a: { name: "x" }, b: { name: "y" } }),
        yaml({ b: { name: "x" }, c: { name: "y" } }),
      ),
    ).toEqual([
      expect.stringMatching(
        /repositories\.c: is what the state has as "b", while repositories\.b becomes another repository/,
      ),
    ]);
  });

  test("renamedFrom with a key that is still in use, or that two claim", async () => {
    expect(await refusal(yaml({ a: {} }), yaml({ a: {}, b: { renamedFrom: "a" } }))).toEqual([
      expect.stringMatching(
        /b\.renamedFrom: cannot be renamed from "a": repositories\.a in stacks\/acme\.yaml:\d+ is that repository/,
      ),
    ]);
    expect(
      await refusal(yaml({ a: {} }), yaml({ c: { renamedFrom: "a" }, b: { renamedFrom: "a" } })),
    ).toEqual([expect.stringMatching(/b\.renamedFrom: cannot be renamed from "a": repositories\.c/)]);
  });

  test("the same key below another repository is another thing", async () => {
    const { pairs } = await renames(
      yaml({ a: { webhooks: { ci: hook("https://ci.example.com") } }, b: {} }),
      yaml({ a: {}, b: { webhooks: { ci: hook("https://ci.example.com") } } }),
    );
    expect(pairs).toEqual([]);
  });
});

test("a project with a new key in the YAML keeps what belongs to it", async () => {
  const projects = (key: string, more = {}) => ({
    [key]: { name: "Platform", variables: undefined, ...more },
  });
  const { changes } = await renames(
    yaml({ api: { project: "PLAT" } }, projects("PLAT")),
    yaml({ api: { project: "CORE" } }, projects("CORE", { renamedFrom: "PLAT" })),
  );
  expect(changes).toEqual(["update Project CORE", "update Repository api"]);
});

describe("the state of a program in which the stack is the parent of everything", () => {
  /** As a program leaves it that has names of its own, and puts nothing below anything. */
  async function stateOfProgram(text: string): Promise<StateEntry[]> {
    const desired = await load(text);
    const flat = stateOf(desired);
    const ids = new Map(flat.map(({ id }, index) => [desired.resources[index], id]));
    return flat.map((entry, index) => {
      const places: Record<string, string> = {};
      for (let owner = desired.resources[index]?.parent; owner; owner = owner.parent)
        if (owner.kind.parentRole) places[owner.kind.parentRole] = ids.get(owner) ?? "";
      const name = `own${index}`;
      const urn = entry.urn.replace(/::[^:]*(:[^:]+)*$/, `::${name}`);
      const parent = "urn:pulumi:test::bitbucket::pulumi:pulumi:Stack::bitbucket-test";
      return { ...entry, name, urn, parent, outputs: { ...entry.outputs, ...places } };
    });
  }

  test("continues under the YAML's names, each where it belongs", async () => {
    const repository = {
      project: "PLAT",
      webhooks: { ci: hook("https://ci.example.com") },
      environments: { Test: { type: "Test", variables: { REGION: "eu" } } },
      variables: { REGION: "us" },
    };
    const text = stringify({
      workspace: "acme",
      projects: { PLAT: { name: "Platform" } },
      repositories: { api: repository, web: repository },
      webhooks: { ci: hook("https://ci.example.com") },
      variables: { REGION: "world" },
    });
    const desired = await load(text);
    const state = await stateOfProgram(text);
    const { former } = await findRenames(wantedOf(desired), state, untouched);
    expect(desired.resources.map((resource) => former.get(resource)?.urn)).toEqual(
      state.map(({ urn }) => urn),
    );
  });

  test("of a repository that it does not hold, nothing is taken for the workspace's own", async () => {
    const [entry] = await stateOfProgram(
      stringify({ workspace: "acme", webhooks: { ci: hook("https://ci.example.com") } }),
    );
    if (!entry) throw new Error("there is no webhook");
    const elsewhere = { ...entry, outputs: { ...entry.outputs, repository: "{somewhere}" } };
    const desired = await load(
      stringify({ workspace: "acme", webhooks: { ci: hook("https://ci.example.com") } }),
    );
    const { former } = await findRenames(wantedOf(desired), [elsewhere], untouched);
    expect([...former]).toEqual([]);
  });
});

describe("a name that goes from one repository or project to another", () => {
  const two = (one: string, other: string) => yaml({ api: { name: one }, web: { name: other } });
  const renamedByHand: LiveLookup = async ({ id, name }) => ({
    id,
    args: { name: name === "web" ? "site" : name },
    outputs: {},
  });

  test("is refused where both are renamed in one run: Bitbucket would refuse it half way", async () => {
    const refused =
      /repositories\.api: gets the slug of repositories\.web in stacks\/acme\.yaml:\d+, .*rename that one first/;
    expect(await refusal(two("api", "web"), two("web", "site"))).toEqual([expect.stringMatching(refused)]);
    expect(await refusal(two("api", "web"), two("web", "api"))).toHaveLength(2);
  });

  test("is no problem where the other one was renamed in Bitbucket, or is deleted there", async () => {
    expect((await renames(two("api", "web"), two("web", "site"), renamedByHand)).former.size).toBe(0);
    expect((await renames(two("api", "web"), two("web", "site"), async () => undefined)).former.size).toBe(0);
  });
});
