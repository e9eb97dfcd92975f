import {
  CheckRequest,
  type CheckResponse,
  DiffResponse,
  GetMappingRequest,
  GetSchemaRequest,
} from "@pulumi/pulumi/proto/provider_pb";
import {
  branch,
  kinds,
  pipelineVariable,
  repository,
  repositoryUserPermission,
  webhook,
} from "../../src/kinds";
import { keptValue } from "../../src/kinds/kept";
import type { Kind, Properties } from "../../src/kinds/kind";
import { nativeToken } from "../../src/model/typeToken";
import { unknownValue } from "../../src/model/unknown";
import { packageSchema } from "../../src/native/schema/package";
import { sampleOf } from "../kinds/samples/sample";
import { World } from "../kinds/support";
import { exampleTokens } from "../support/emulator";
import { bagOf, NativeRun, structOf } from "./support";

let world: World;
let runs: NativeRun[] = [];
beforeAll(async () => {
  world = await World.start();
});
afterEach(() => {
  for (const run of runs) run.close();
  runs = [];
});
afterAll(() => world.close());

async function start(config: Properties = {}, env: Record<string, string> = {}): Promise<NativeRun> {
  const run = await NativeRun.start(
    { client: world.client, pause: async () => {}, env: { BITBUCKET_ALLOW_DELETIONS: "1000", ...env } },
    config,
  );
  runs.push(run);
  return run;
}

const hook = { url: "https://ci.example.com", events: ["repo:push"] };

describe("check", () => {
  test("says path, reason and what was meant, and never a value", async () => {
    const run = await start();
    const { failures } = await run.check(
      webhook,
      {},
      {
        workspace: "acme",
        repository: "api",
        url: "ftp://secret-host",
        evnts: ["repo:push"],
        events: ["repo:push", "repo:pusch"],
      },
    );
    expect(failures).toEqual([
      "url must start with https:// or http://",
      expect.stringMatching(/^events\[1\] /),
      'evnts is not a field of a webhook. Did you mean "events"?',
    ]);
    expect(failures.join()).not.toContain("secret-host");
  });

  test("puts no webhook whose repository is lost into the workspace", async () => {
    const run = await start({ workspace: "acme" });
    const lost = await run.check(webhook, {}, hook);
    expect(lost.failures).toEqual([
      'repository is missing or undefined, so this would be a webhook of the whole workspace. If that is intended, set level: "workspace"; otherwise check what repository refers to',
    ]);
    expect((await run.check(webhook, {}, { ...hook, level: "workspace" })).failures).toEqual([]);
    expect((await run.check(webhook, {}, { ...hook, level: "repository" })).failures).toEqual([
      'repository is missing or undefined, and level is "repository"',
    ]);
    expect((await run.check(webhook, {}, { ...hook, repository: unknownValue })).failures).toEqual([]);
    expect(
      (await run.check(webhook, {}, { ...hook, repository: "api", level: "workspace" })).failures,
    ).toEqual(['level is "workspace", and repository is set: one of the two is wrong']);
  });

  test("gives no deployment variable to the whole repository because its environment is lost", async () => {
    const run = await start({ workspace: "acme" });
    const variable = { repository: "api", key: "TOKEN", value: "x" };
    const { failures } = await run.check(pipelineVariable, {}, variable);
    expect(failures).toEqual([expect.stringMatching(/^environment is missing or undefined/)]);
    expect((await run.check(pipelineVariable, {}, { ...variable, level: "repository" })).failures).toEqual(
      [],
    );
  });

  test("names the setting of this provider where there is no workspace", async () => {
    const { failures } = await (await start()).check(repository, {}, { name: "api" });
    expect(failures).toEqual([
      expect.stringMatching(/^workspace is required.* on the provider \(bitbucket-cloud:workspace /),
    ]);
  });

  test("takes the workspace of the provider, keeps secrets secret and leaves defaults out", async () => {
    const run = await start({ workspace: "acme" });
    const { inputs, secrets } = await run.check(
      webhook,
      {},
      { ...hook, repository: "api", secret: "one", active: true, description: "ours" },
      ["description"],
    );
    expect(inputs).toEqual({
      ...hook,
      workspace: "acme",
      repository: "api",
      secret: "one",
      description: "ours",
    });
    expect([...secrets].sort()).toEqual(["description", "secret"]);
  });

  test("hides a variable's value where it is secured, or may be", async () => {
    const run = await start({ workspace: "acme" });
    const variable = { level: "workspace", key: "TOKEN", value: "x" };
    expect((await run.check(pipelineVariable, {}, variable)).secrets.has("value")).toBe(false);
    expect((await run.check(pipelineVariable, {}, { ...variable, secured: true })).secrets.has("value")).toBe(
      true,
    );
    expect(
      (await run.check(pipelineVariable, {}, { ...variable, secured: unknownValue })).secrets.has("value"),
    ).toBe(true);
  });
});

describe("a preview", () => {
  test("knows what is declared and the defaults, and nothing that only the server knows", async () => {
    const run = await start({ workspace: "acme" });
    const { outputs, id } = await run.create(repository, { workspace: "acme", name: "api" }, true);
    expect(id).toBe("");
    expect(outputs).toMatchObject({ name: "api", isPrivate: true, uuid: unknownValue, slug: unknownValue });
    expect(outputs).not.toHaveProperty("adopt");
  });

  test("of an update keeps what the change does not touch", async () => {
    const run = await start({ workspace: "acme" });
    const kept = await run.create(repository, { workspace: "acme", name: "previewed", deletion: "allow" });
    const described = await run.update(repository, kept, { ...kept.inputs, description: "Other" }, true);
    expect(described.outputs).toMatchObject({ description: "Other", slug: "previewed", uuid: kept.id });
    const renamed = await run.update(repository, kept, { ...kept.inputs, name: "renamed" }, true);
    expect(renamed.outputs).toMatchObject({ name: "renamed", slug: unknownValue, uuid: kept.id });
    await run.delete(repository, kept);
  });
});

describe("diff", () => {
  function detailed(response: DiffResponse): Record<string, number> {
    const found: Record<string, number> = {};
    response.getDetaileddiffMap().forEach((change, path) => {
      found[path] = change.getKind();
    });
    return found;
  }

  test("names each property down to items of lists, and what stays", async () => {
    const run = await start({ workspace: "acme" });
    const place = await world.parent("repository");
    const kept = await (await start()).create(webhook, { ...place, ...hook, description: "one" });
    const next = {
      ...place,
      ...hook,
      events: ["issue:created", "repo:push"],
      url: "https://other.example.com",
    };
    const response = await run.diff(webhook, kept, next);
    expect(detailed(response)).toEqual({
      "events[0]": expect.anything(),
      "events[1]": expect.anything(),
      url: expect.anything(),
      description: expect.anything(),
    });
    expect(response.getStablesList()).toEqual(["uuid"]);
    expect((await run.diff(webhook, kept, next, ["url", "events", "description"])).getDiffsList()).toEqual(
      [],
    );
  });

  test("deletes before it recreates what a program replaces for a change in place, if its natural key stays", async () => {
    const run = await start({ workspace: "acme" });
    const place = await world.parent("repository");
    const kept = await (await start()).create(webhook, { ...place, ...hook, description: "one" });
    const described = await run.diff(webhook, kept, { ...place, ...hook, description: "two" });
    expect([described.getReplacesList(), described.getDeletebeforereplace()]).toEqual([[], true]);
    const elsewhere = { ...place, ...hook, url: "https://other.example.com" };
    expect((await run.diff(webhook, kept, elsewhere)).getDeletebeforereplace()).toBe(false);
    expect((await run.diff(webhook, kept, kept.inputs)).getDeletebeforereplace()).toBe(false);
    // By "--replace", of which no provider is asked.
    await expect(run.create(webhook, { ...kept.inputs })).rejects.toThrow(
      /is replaced, and cannot exist twice with the same url\. Nothing was changed.*deleteBeforeReplace: true/,
    );
    await run.delete(webhook, kept);
  });

  test("takes a field for managed by the inputs, not because an output has a value", async () => {
    const run = await start({ workspace: "acme" });
    const kept = await (await start()).create(repository, {
      workspace: "acme",
      name: "managed",
      deletion: "allow",
    });
    expect(kept.outputs.slug).toBe("managed");
    expect((await run.diff(repository, kept, kept.inputs)).getDiffsList()).toEqual([]);
    await run.delete(repository, kept);
  });

  test("does no harm to what the dynamic provider left in a state", async () => {
    const run = await start({ workspace: "acme" });
    const made = await world.run().lifecycle.create(branch, {
      ...(await world.parent("repository")),
      name: "from-dynamic",
      target: "main",
      deletion: "allow",
    });
    const left = { __provider: 'exports.handler=()=>require("bitbucket-as-code/provider").Branch' };
    const inputs = { ...made.outputs, target: "main" };
    const kept = { id: made.id, inputs, outputs: { ...made.outputs, ...left } };
    expect((await run.diff(branch, kept, { ...made.outputs, target: "main" })).getDiffsList()).toEqual([]);
    const current = await run.read(branch, kept);
    expect(current?.outputs).not.toHaveProperty("__provider");
    // A program that may switch back to the dynamic provider declares it, and finds it in the state.
    const back = await run.read(branch, { ...kept, inputs: { ...inputs, ...left } });
    expect([back?.inputs, back?.outputs]).toEqual([
      expect.objectContaining(left),
      expect.objectContaining(left),
    ]);
    await run.delete(branch, kept);
  });
});

test.each(kinds.map((kind) => ({ kind, name: kind.name })))(
  "a created $name has every output that the schema promises",
  async ({ kind }) => {
    const run = await start();
    const { kept } = await made(run, kind);
    const required = packageSchema("1.0.0").resources[nativeToken(kind)]?.required ?? [];
    expect(required.filter((name) => kept.outputs[name] === undefined)).toEqual([]);
    await run.delete(kind, kept);
  },
);

async function made(run: NativeRun, kind: Kind) {
  const place = await world.parent(kind.parents[0] ?? "workspace");
  const args = sampleOf(kind).args(0, world, place);
  const { inputs, failures } = await run.check(
    kind,
    {},
    {
      ...place,
      ...args,
      ...("deletion" in kind.args.shape ? { deletion: "allow" } : {}),
    },
  );
  expect(failures).toEqual([]);
  return { kept: await run.create(kind, inputs), place };
}

describe("the provider's arguments", () => {
  test("win over the environment's", async () => {
    const run = await NativeRun.start(
      {
        env: {
          BITBUCKET_API_URL: world.emulator.url,
          BITBUCKET_TOKEN: "wrong",
          BITBUCKET_EMAIL: exampleTokens.email,
        },
      },
      { token: exampleTokens.admin, email: exampleTokens.email, workspace: "acme" },
    );
    runs.push(run);
    const { result } = await run.invoke("bitbucket-cloud:index:getCurrentUser", {});
    expect(result.nickname).toBe("alice");
    await run.provider.session.close();
  });

  test("complete a token of the environment, and do not take the place of its own e-mail address", async () => {
    const { email, admin } = exampleTokens;
    const env = { BITBUCKET_API_URL: world.emulator.url, BITBUCKET_TOKEN: admin };
    const nickname = async (variables: Record<string, string>, args: Properties) => {
      const run = await NativeRun.start({ env: variables }, { ...args, workspace: "acme" });
      runs.push(run);
      const { result } = await run.invoke("bitbucket-cloud:index:getCurrentUser", {});
      await run.provider.session.close();
      return result.nickname;
    };
    expect(await nickname(env, { email })).toBe("alice");
    expect(await nickname({ ...env, BITBUCKET_EMAIL: email }, { email: "somebody@else.example" })).toBe(
      "alice",
    );
  });

  test("make a whole credential: an error is about them, and not about the environment's variables", async () => {
    const { url } = world.emulator;
    const problemsWith = async (config: Properties, env: Record<string, string>) => {
      const run = await NativeRun.start({ env });
      runs.push(run);
      const request = new CheckRequest();
      request.setNews(structOf(config));
      const response = await run.call<CheckResponse>("checkConfig", request);
      return response.getFailuresList().map((one) => one.getReason());
    };
    const environment = { BITBUCKET_EMAIL: exampleTokens.email, BITBUCKET_TOKEN: exampleTokens.admin };
    expect(await problemsWith({ token: "ATATT3xFf-Yq7mW2rT9kLp" }, environment)).toEqual([
      expect.stringMatching(
        /^bitbucket-cloud:token alone.* set bitbucket-cloud:email .*set bitbucket-cloud:tokenType\. .*do not count\.$/,
      ),
    ]);
    expect(await problemsWith({ apiUrl: url }, environment)).toEqual([
      expect.stringMatching(
        /comes from bitbucket-cloud:apiUrl .*set BITBUCKET_API_URL=.*, and remove bitbucket-cloud:apiUrl/,
      ),
    ]);
    const token = { token: exampleTokens.admin, email: exampleTokens.email };
    expect(await problemsWith({ apiUrl: url, ...token }, {})).toEqual([]);
  });

  test("are secret in the state, also where the stack's configuration has them in plain text", async () => {
    const run = await start();
    const request = new CheckRequest();
    request.setNews(structOf({ workspace: "acme", token: exampleTokens.admin, email: exampleTokens.email }));
    const response = await run.call<CheckResponse>("checkConfig", request);
    const { values, secrets } = bagOf(response.getInputs());
    expect([...secrets]).toEqual(["token"]);
    expect(values.token).toBe(exampleTokens.admin);
  });

  test("that have another credential are tried, before an apply puts them into the state", async () => {
    const env = { BITBUCKET_API_URL: world.emulator.url };
    const run = await NativeRun.start({ env });
    runs.push(run);
    const config = { workspace: "acme", email: exampleTokens.email };
    const problems = async (token: string) => {
      const request = new CheckRequest();
      request.setUrn("urn:pulumi:acme::acme::pulumi:providers:bitbucket-cloud::second");
      request.setOlds(structOf({ ...config, token: exampleTokens.expired }));
      request.setNews(structOf({ ...config, token }));
      const response = await run.call<CheckResponse>("checkConfig", request);
      return response.getFailuresList().map((one) => one.getReason());
    };
    expect(await problems(exampleTokens.revoked)).toEqual([
      expect.stringMatching(/did not accept the credential/),
    ]);
    expect(await problems(exampleTokens.admin)).toEqual([]);
    const before = world.emulator.requests.length;
    expect(await problems(exampleTokens.expired)).toEqual([]);
    expect(world.emulator.requests).toHaveLength(before);
  });

  test("that the state has from the last apply, and that do not do any more: how the program's come to be used", async () => {
    const place = await world.parent("repository");
    const made = await (await start()).create(webhook, { ...place, ...hook });
    const env = { BITBUCKET_API_URL: world.emulator.url };
    for (const token of [exampleTokens.expired, exampleTokens.withoutWebhooks, undefined]) {
      const given = token === undefined ? {} : { token, email: exampleTokens.email };
      const variables = { BITBUCKET_TOKEN: exampleTokens.expired, BITBUCKET_EMAIL: exampleTokens.email };
      const run = await NativeRun.start(
        { env: token === undefined ? { ...env, ...variables } : env, pause: async () => {} },
        given,
        "urn:pulumi:acme::acme::pulumi:providers:bitbucket-cloud::second",
      );
      runs.push(run);
      const refused = await run.read(webhook, made).catch((error: Error) => error.message);
      expect(refused).toMatch(/did not accept the credential|missing: read:webhook:bitbucket/);
      const ways = expect.stringContaining("pulumi refresh --run-program");
      expect(refused).toEqual(token === undefined ? expect.not.stringContaining("--run-program") : ways);
      await run.provider.session.close();
    }
  });

  test("that are wrong are named", async () => {
    await expect(start({ apiUrl: "nonsense" })).rejects.toThrow(/argument apiUrl must be a URL/);
    await expect(start({ wrkspace: "acme" })).rejects.toThrow(
      /wrkspace is not an argument.*Did you mean workspace/,
    );
  });
});

test("a credential that is rejected, or lacks a scope, is told of in full once", async () => {
  const env = { BITBUCKET_API_URL: world.emulator.url, BITBUCKET_EMAIL: exampleTokens.email };
  const place = await world.parent("repository");
  for (const token of [exampleTokens.expired, exampleTokens.withoutWebhooks]) {
    const run = await NativeRun.start({ env: { ...env, BITBUCKET_TOKEN: token }, pause: async () => {} });
    runs.push(run);
    const failed = await Promise.all(
      [1, 2, 3].map((index) =>
        run.create(webhook, { ...place, ...hook, url: `https://ci${index}.example.com` }).then(
          () => "created",
          (error: Error) => error.message,
        ),
      ),
    );
    const shortened = failed.filter((text) => /^(Stopped for the same reason|Not tried: )/.test(text));
    expect(shortened).toHaveLength(2);
    expect(failed.find((text) => !shortened.includes(text))).toMatch(/token|scope/i);
    await run.provider.session.close();
  }
});

describe("functions", () => {
  test("read what is there, in the provider's workspace", async () => {
    const run = await start({ workspace: "acme" });
    const { result } = await run.invoke("bitbucket-cloud:index:getWorkspace", {});
    expect(result).toMatchObject({ slug: "acme" });
  });

  test("name what is wrong", async () => {
    const run = await start();
    expect((await run.invoke("bitbucket-cloud:index:getProject", { kee: "P" })).failures).toEqual([
      "kee is not an argument of getProject. Did you mean key?",
      expect.stringMatching(/^key /),
    ]);
    expect((await run.invoke("bitbucket-cloud:index:getWorkspace", {})).failures).toEqual([
      expect.stringMatching(/^workspace is required/),
    ]);
    await expect(run.invoke("bitbucket-cloud:index:getRepo", {})).rejects.toThrow(/There is no function/);
  });
});

test("gives its schema and Terraform's names", async () => {
  const run = await start();
  const schema = await run.call<{ getSchema(): string }>("getSchema", new GetSchemaRequest());
  expect(JSON.parse(schema.getSchema())).toMatchObject({ name: "bitbucket-cloud" });
  const request = new GetMappingRequest();
  request.setKey("terraform");
  request.setProvider("bitbucket");
  const mapping = await run.call<{ getProvider(): string; getData_asU8(): Uint8Array }>(
    "getMapping",
    request,
  );
  type Mapped = Record<string, { tok: string; fields: Record<string, { name: string }> }>;
  const { resources, dataSources } = JSON.parse(Buffer.from(mapping.getData_asU8()).toString()) as {
    resources: Mapped;
    dataSources: Mapped;
  };
  expect(resources.bitbucket_hook?.tok).toBe("bitbucket-cloud:index:Webhook");
  // Nested blocks: one of them becomes an object, several a list.
  const { development, branch_type: types } = resources.bitbucket_branching_model?.fields ?? {};
  const fields = {
    name: { name: "name" },
    use_mainbranch: { name: "useMainBranch" },
  };
  expect(development).toEqual({ name: "development", maxItemsOne: true, fields, element: { fields } });
  expect(types).toMatchObject({ name: "branchTypes", element: { fields: { prefix: { name: "prefix" } } } });
  const known = packageSchema("1.0.0").resources;
  for (const { tok, fields } of Object.values(resources))
    for (const { name } of Object.values(fields)) {
      const spec = known[tok];
      expect([tok, name, name in { ...spec?.inputProperties, ...spec?.properties }]).toEqual([
        tok,
        name,
        true,
      ]);
    }
  // Terraform's data sources have their arguments as attributes, which programs refer to.
  const { functions } = packageSchema("1.0.0");
  for (const { tok, fields } of Object.values(dataSources)) {
    const outputs = functions[tok]?.outputs?.properties ?? {};
    expect([tok, Object.values(fields).filter(({ name }) => !(name in outputs))]).toEqual([tok, []]);
  }
});

test("lists what is there by ids that can be read, and says what it needs", async () => {
  const run = await start({ workspace: "acme" });
  const place = await world.parent("repository");
  const { repository: uuid } = place;
  for (const index of [1, 2])
    await run.create(webhook, { ...place, ...hook, url: `https://ci${index}.example.com` });
  const later = await start({ workspace: "acme" });
  const found = await later.list(webhook, { repository: uuid });
  expect(found.map(({ name }) => name).sort()).toEqual([
    "https://ci1.example.com/",
    "https://ci2.example.com/",
  ]);
  expect(await later.list(webhook, { repository: uuid }, 1)).toHaveLength(1);
  const [first] = found;
  const read = await later.read(webhook, { id: first?.id ?? "", inputs: {}, outputs: {} });
  expect(read?.outputs).toMatchObject({ url: first?.name, repository: uuid });
  await expect(later.list(branch, {})).rejects.toThrow(/repository is (needed|required)/);
});

test("an id that names nothing gets an example of this workspace", async () => {
  const run = await start({ workspace: "acme" });
  const nothing = (id: string) => run.read(webhook, { id, inputs: {}, outputs: {} });
  await expect(nothing("nonsense")).rejects.toThrow(
    '"nonsense" is not an id of a webhook. An id of a webhook looks like acme/api#https://ci.example.com/bitbucket (of a repository, by `url`)',
  );
  await expect(nothing(" acme/nowhere#https://ci.example.com\n")).rejects.toThrow(
    /^"acme.*" does not match a webhook that this credential can access\. An id of a webhook looks like acme\//,
  );
});

test("a preview says what exists and would be adopted, or would stop the apply, and knows its outputs", async () => {
  const at = await world.parent("repository");
  const made = await world.run().lifecycle.create(webhook, { ...at, ...hook, active: true });
  const said = jest.spyOn(console, "log").mockImplementation(() => {});
  try {
    const run = await start();
    const same = await run.create(webhook, { ...at, ...hook }, true);
    expect(said.mock.calls).toEqual([["exists: to be adopted unchanged"]]);
    expect(same.outputs.uuid).toBe(made.id);
    // What is not known yet is no difference.
    const partly = await run.create(webhook, { ...at, ...hook, description: unknownValue }, true);
    expect(said.mock.lastCall).toEqual(["exists: to be adopted unchanged"]);
    expect(partly.outputs).toMatchObject({ uuid: made.id, description: unknownValue });

    const other = await run.create(webhook, { ...at, ...hook, events: ["repo:fork"] }, true);
    expect(said.mock.lastCall?.[0]).toMatch(
      /^exists \(id \{.*\}\) and differs in events: an apply would stop before.*To adopt it, set `adopt`/,
    );
    expect(other.outputs.uuid).toBe(unknownValue);
    await run.create(webhook, { ...at, ...hook, events: ["repo:fork"], adopt: true }, true);
    expect(said.mock.lastCall).toEqual(["exists: to be adopted, with changes to events"]);

    // New ones, and those whose place is not known yet, are not mentioned; nor is what a resource has already.
    const count = said.mock.calls.length;
    await run.create(webhook, { ...at, ...hook, url: "https://new.example.com" }, true);
    await run.create(webhook, { ...at, ...hook, repository: unknownValue }, true);
    await run.diff(
      webhook,
      { id: made.id, inputs: { ...at, ...hook }, outputs: made.outputs },
      { ...at, ...hook },
    );
    await run.create(webhook, { ...at, ...hook }, true);
    expect(said.mock.calls).toHaveLength(count);
  } finally {
    said.mockRestore();
  }
});

test("a preview says why it is unknown what exists, once, and fails without a credential", async () => {
  const at = await world.parent("repository");
  const said = jest.spyOn(console, "log").mockImplementation(() => {});
  try {
    const run = await start();
    await run.create(webhook, { workspace: "acme", repository: "nope", ...hook }, true);
    await run.create(
      webhook,
      { workspace: "acme", repository: "nope", ...hook, url: "https://b.example.com" },
      true,
    );
    expect(said.mock.calls).toEqual([
      [
        expect.stringMatching(
          /^the repository acme\/nope does not exist, or is not accessible: an apply fails unless/,
        ),
      ],
    ]);
    await run.create(repositoryUserPermission, { ...at, user: "nobody", permission: "read" }, true);
    expect(said.mock.lastCall).toEqual([
      expect.stringMatching(/^an apply would stop\. The user "nobody" was not found/),
    ]);
    await run.create(repository, { workspace: "nowhere", name: "api" }, true);
    expect(said.mock.lastCall).toEqual([expect.stringMatching(/^an apply would stop\. .*nowhere/)]);
    const env = { BITBUCKET_API_URL: world.emulator.url, BITBUCKET_EMAIL: exampleTokens.email };
    const rejected = await NativeRun.start({ env: { ...env, BITBUCKET_TOKEN: exampleTokens.expired } });
    runs.push(rejected);
    await expect(rejected.create(webhook, { ...at, ...hook }, true)).rejects.toThrow(
      /did not accept the credential/,
    );
    await expect(rejected.create(webhook, { ...at, ...hook }, true)).rejects.toThrow(
      /^Not tried: .*see the other message/,
    );
    await rejected.provider.session.close();
  } finally {
    said.mockRestore();
  }
});

test("of two resources that were imported as one object, the second is refused, and its removal deletes nothing", async () => {
  const at = await world.parent("repository");
  const { id } = await world.run().lifecycle.create(webhook, { ...at, ...hook, active: true });
  const run = await start();
  const importId = `acme/${at.repository}#${hook.url}`;
  const imported = await run.read(webhook, { id: importId, inputs: {}, outputs: {} });
  if (!imported) throw new Error("not imported");
  // With all that a refresh shows, so that the next preview reports no drift.
  const refreshed = await run.read(webhook, imported);
  expect(refreshed?.outputs).toEqual(imported.outputs);

  for (const name of ["one", "two"]) await run.check(webhook, imported.inputs, imported.inputs, [], name);
  await run.diff(webhook, imported, imported.inputs, [], "one");
  await run.diff(webhook, imported, imported.inputs, [], "one");
  await expect(run.diff(webhook, imported, imported.inputs, [], "two")).rejects.toThrow(
    /the resource "one" of this program has the same url.*pulumi state delete/,
  );
  const said = jest.spyOn(console, "log").mockImplementation(() => {});
  try {
    await run.delete(webhook, imported, "two");
    expect(said.mock.calls).toEqual([['not deleted, because the resource "one" manages it']]);
  } finally {
    said.mockRestore();
  }
  expect((await run.read(webhook, imported))?.id).toBe(id);
  await run.delete(webhook, imported, "one");
  expect(await run.read(webhook, imported)).toBeUndefined();
});

test.each(kinds.map((kind) => [kind.name, kind] as const))(
  "a preview of a %s takes what other resources have not made yet, in each place of its inputs",
  async (_, kind) => {
    const { kept } = await made(await start(), kind);
    const run = await start();
    const said = jest.spyOn(console, "log").mockImplementation(() => {});
    try {
      for (const name of [...Object.keys(kept.inputs), undefined]) {
        const unknown = Object.keys(kept.inputs).filter((field) => name === undefined || field === name);
        const given = {
          ...kept.inputs,
          ...Object.fromEntries(unknown.map((field) => [field, unknownValue])),
        };
        const { inputs, failures } = await run.check(kind, {}, given);
        expect([name, failures]).toEqual([name, []]);
        const created = await run.create(kind, inputs, true);
        for (const field of unknown)
          expect([field, created.outputs[field] ?? unknownValue]).toEqual([field, unknownValue]);
      }
      // Of one in the state, what is unknown is not equal.
      const all = Object.fromEntries(Object.keys(kept.inputs).map((field) => [field, unknownValue]));
      const { inputs } = await run.check(kind, kept.inputs, all);
      expect((await run.diff(kind, kept, inputs)).getChanges()).toBe(DiffResponse.DiffChanges.DIFF_SOME);
    } finally {
      said.mockRestore();
    }
  },
);

test("of a resource that the program has renamed, a preview and an apply say which alias it lacks", async () => {
  const { kept } = await made(await start(), webhook);
  const run = await start();
  // As in a refresh: nothing is declared yet.
  await run.diff(webhook, kept, kept.inputs, [], "former");
  const { inputs } = await run.check(webhook, {}, kept.inputs, [], "renamed");
  const alias =
    /the state has this webhook as the resource "former".* "aliases" of this one to \["urn:.*::former"\]/;
  await expect(run.create(webhook, inputs, true, "renamed")).rejects.toThrow(alias);
  await expect(run.create(webhook, inputs, false, "renamed")).rejects.toThrow(alias);
});

test("what the server has chosen is an output, and no change when somebody chooses otherwise", async () => {
  const { project } = await world.parent("project");
  const run = await start({ workspace: "acme" });
  const inputs = { workspace: "acme", name: "chosen", project, description: "ours" };
  expect((await run.create(repository, inputs, true)).outputs.mainBranch).toBe(unknownValue);
  const made = await run.create(repository, inputs);
  // A repository's language is empty and no value; its fork policy is Bitbucket's default.
  expect(made.outputs).toMatchObject({ description: "ours", forkPolicy: "allow_forks" });
  const live = [...(world.emulator.state.workspaces.get("acme")?.repositories.values() ?? [])].find(
    ({ uuid }) => uuid === made.id,
  );
  if (!live) throw new Error("the repository is not there");
  live.fork_policy = "no_forks";
  const later = await start({ workspace: "acme" });
  const read = await later.read(repository, made);
  expect(read?.outputs.forkPolicy).toBe("no_forks");
  expect(read?.inputs).not.toHaveProperty("forkPolicy");
  const unchanged = await later.diff(repository, { ...made, ...read }, inputs);
  expect(unchanged.getDiffsList()).toEqual([]);
  const preview = await later.update(
    repository,
    { ...made, ...read },
    { ...inputs, description: "new" },
    true,
  );
  expect(preview.outputs).toMatchObject({ description: "new", forkPolicy: "no_forks" });
});

test("for the package's own classes, the state is that of the dynamic provider", async () => {
  const at = await world.parent("repository");
  const run = await start();
  const text = 'exports.handler=()=>require("bitbucket-as-code/provider").Webhook';
  const { inputs, failures } = await run.check(
    webhook,
    {},
    { ...at, ...hook, active: true, __provider: text },
  );
  expect(failures).toEqual([]);
  expect(inputs).toEqual({ ...at, ...hook, __provider: true });
  const made = await run.create(webhook, inputs);
  const { outputs } = await world
    .run()
    .lifecycle.create(webhook, { ...at, ...hook, url: "https://two.example.com", active: true });
  expect(Object.keys(made.outputs).sort()).toEqual([...Object.keys(outputs), "__provider"].sort());
  expect(made.outputs.__provider).toBe(text);
  const read = await run.read(webhook, made);
  expect(read?.outputs).toEqual(made.outputs);
  expect(read?.inputs).toEqual(inputs);
  expect((await (await start()).diff(webhook, made, inputs)).getDiffsList()).toEqual([]);
});

test("a program of an SDK, which computes no output, gets those that the state of the package's own classes lacks", async () => {
  const at = await world.parent("repository");
  const former = await start();
  const args = { ...at, ...hook, url: "https://handed-over.example.com" };
  const of = async (given: Properties) => (await former.check(webhook, {}, given)).inputs;
  const own = await former.create(webhook, await of({ ...args, __provider: "exports.handler=()=>0" }));
  const run = await start();
  expect(own.outputs).not.toHaveProperty("uuid");
  const inputs = await of({ ...args, level: "repository" });
  expect((await run.diff(webhook, own, inputs)).getChanges()).toBe(DiffResponse.DiffChanges.DIFF_SOME);
  const writes = world.emulator.requests.filter(({ method }) => method !== "GET").length;
  const sdk = await run.update(webhook, own, inputs);
  expect(world.emulator.requests.filter(({ method }) => method !== "GET")).toHaveLength(writes);
  expect(sdk.outputs).toMatchObject({ uuid: own.id, active: true });
  expect(sdk.outputs).not.toHaveProperty("__provider");
  expect((await run.diff(webhook, sdk, inputs)).getChanges()).toBe(DiffResponse.DiffChanges.DIFF_NONE);
});

test("a required value that Bitbucket does not show is imported as a stand-in, which is never sent", async () => {
  const at = await world.parent("repository");
  const run = await start();
  const secured = { ...at, level: "repository", key: "TOKEN", value: "first-value-of-it", secured: true };
  const { id } = await run.create(pipelineVariable, secured);
  const importId = `acme/${at.repository}#TOKEN`;
  const read = await run.read(pipelineVariable, { id: importId, inputs: {}, outputs: {} });
  expect(read?.inputs).toMatchObject({ key: "TOKEN", secured: true, value: keptValue });
  expect(read?.outputs).not.toHaveProperty("value");
  const inputs = read?.inputs ?? {};
  const checked = await run.check(pipelineVariable, inputs, inputs);
  expect(checked.failures).toEqual([]);
  expect(checked.inputs).not.toHaveProperty("value");
  const state = { id, inputs, outputs: read?.outputs ?? {} };
  const later = await start();
  expect((await later.diff(pipelineVariable, state, checked.inputs)).getDiffsList()).toEqual([]);
  const changed = await run.check(pipelineVariable, inputs, { ...inputs, key: "OTHER" });
  expect(changed.failures).toEqual([
    expect.stringMatching(/^value is not supplied yet, and Bitbucket requires it to change key/),
  ]);
  const supplied = await run.check(pipelineVariable, inputs, { ...inputs, value: "second" });
  expect((await later.diff(pipelineVariable, state, supplied.inputs)).getDiffsList()).toEqual(["value"]);
});
