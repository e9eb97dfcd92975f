/** The files with which repositories set properties of their own, read through the API: with certainty, or not at all. */
import { type Client, createClient, Secret } from "../../src/bitbucket";
import type { RepositoryFileRequest } from "../../src/desired";
import { LiveReader } from "../../src/live";
import { readRepositoryFiles } from "../../src/preview";
import { type Emulator, exampleTokens, startEmulator } from "../support/emulator";

let emulator: Emulator;
let client: Client;
beforeEach(async () => {
  emulator = await startEmulator();
  client = createClient({
    baseUrl: emulator.url,
    credentials: { type: "api-token", email: exampleTokens.email, token: new Secret(exampleTokens.admin) },
    sleep: async () => {},
  });
  for (const name of ["api", "web", "empty"]) await create(name);
  await commit("api", ".bitbucket/settings.yaml", "description: ours\n");
  await commit("web", "README.md", "Hello");
  await commit("web", ".bitbucket/other.yaml", "x");
  emulator.requests.length = 0;
});
afterEach(async () => {
  await client.close();
  await emulator.close();
});

const repo = (name: string) => `/repositories/acme/${name}`;
const create = (name: string) => client.send({ method: "POST", path: repo(name), body: { name } });
const commit = (name: string, path: string, text: string, branch = "main") =>
  client.send({
    method: "POST",
    path: `${repo(name)}/src`,
    form: { branch, message: "x" },
    files: { [`/${path}`]: text },
  });
const uuidOf = (name: string) => emulator.state.workspaces.get("acme")?.repositories.get(name)?.uuid;
const headOf = (name: string, branch = "main") =>
  emulator.state.workspaces.get("acme")?.repositories.get(name)?.branches.get(branch);

const request = (repository: string, more: Partial<RepositoryFileRequest> = {}): RepositoryFileRequest => ({
  workspace: "acme",
  repository,
  slug: repository,
  ...more,
});

async function read(
  asked: readonly RepositoryFileRequest[],
  held: () => Promise<ReadonlyMap<string, string>> = async () => new Map(),
) {
  const context = { client, reader: new LiveReader(client), held };
  return Object.fromEntries(await readRepositoryFiles(context).read(asked));
}

const paths = () => emulator.requests.map(({ method, path }) => `${method} ${path.split("?")[0]}`);

test("the content, with the commit that has it; nothing where there certainly is none", async () => {
  const held = jest.fn();
  expect(
    await read(
      ["api", "web", "empty"].map((name) => request(name)),
      held,
    ),
  ).toEqual({
    api: { uuid: uuidOf("api"), commit: headOf("api"), text: "description: ours\n" },
    web: { uuid: uuidOf("web"), commit: headOf("web") },
    empty: { uuid: uuidOf("empty") },
  });
  // The state is only asked about repositories that are not where the YAML says.
  expect(held).not.toHaveBeenCalled();
  expect(paths().filter((path) => !path.startsWith("GET "))).toEqual([]);
  expect(paths().filter((path) => path.includes(encodeURIComponent(uuidOf("api") ?? "")))).toHaveLength(2);
});

test("from ten repositories on, their list tells where they are", async () => {
  const names = Array.from({ length: 12 }, (_, index) => `r${index}`);
  for (const name of names) await create(name);
  emulator.requests.length = 0;
  await read(names.map((name) => request(name)));
  expect(paths().filter((path) => /^GET \/repositories\/acme(\/r\d+)?$/.test(path))).toEqual([
    "GET /repositories/acme",
  ]);
});

test("a file on a main branch with a slash in its name", async () => {
  await create("odd");
  await commit("odd", ".bitbucket/settings.yaml", "description: odd", "release/1");
  expect((await read([request("odd")])).odd?.text).toBe("description: odd");
});

test("only the main branch counts, or the commit that is pinned", async () => {
  const before = headOf("api");
  await commit("api", ".bitbucket/settings.yaml", "description: newer");
  await client.send({
    method: "POST",
    path: `${repo("api")}/refs/branches`,
    body: { name: "evil", target: { hash: headOf("api") } },
  });
  await commit("api", ".bitbucket/settings.yaml", "description: evil", "evil");
  expect((await read([request("api")])).api?.text).toBe("description: newer");
  expect((await read([request("api", { commit: before })])).api).toMatchObject({
    commit: before,
    text: "description: ours\n",
  });
  await expect(read([request("api", { commit: "0".repeat(40) })])).rejects.toThrow(/cannot be read/);
});

test("a 404 alone does not prove that there is no file", async () => {
  emulator.addFault({ kind: "status", status: 404, method: "GET", path: "/src/.*settings.yaml" });
  await expect(read([request("api"), request("web")])).rejects.toThrow(
    /\.bitbucket\/settings\.yaml cannot be read for 1 of 2 repositories, .*Nothing was changed[\s\S]*- api: .*although the folder lists the file/,
  );
  // Nor one for its branch, or for a folder that is listed.
  emulator.addFault({ kind: "status", status: 404, method: "GET", path: "/refs/branches/main" });
  await expect(read([request("api")])).rejects.toThrow(/- api: /);
  emulator.addFault({ kind: "status", status: 404, method: "GET", path: "/src/[0-9a-f]+/.bitbucket/\\?" });
  await expect(read([request("web")])).rejects.toThrow(/- web: /);
});

test.each([403, 500])("a %s is an error, and never an empty file", async (status) => {
  emulator.addFault({ kind: "status", status, method: "GET", path: "/src/", times: 99 });
  await expect(read([request("api")])).rejects.toThrow(/so that it is unknown what they set/);
});

describe("a repository that is not where the YAML says", () => {
  const held = async () => new Map([["api", uuidOf("api") ?? ""]]);

  test("is found by the state's UUID, by its key or its former one", async () => {
    const expected = { uuid: uuidOf("api"), commit: headOf("api"), text: "description: ours\n" };
    expect((await read([request("api", { slug: "payments" })], held)).api).toEqual(expected);
    expect((await read([request("payments", { renamedFrom: "api" })], held)).payments).toEqual(expected);
  });

  test("is new if the state does not hold it, and the workspace's list does not have it", async () => {
    expect(await read([request("fresh")], held)).toEqual({ fresh: {} });
  });

  test("is neither new nor gone if the list has it", async () => {
    emulator.addFault({ kind: "status", status: 404, method: "GET", path: "^/repositories/acme/web\\?" });
    await expect(read([request("web")], held)).rejects.toThrow(/although its workspace lists it/);
    emulator.addFault({
      kind: "status",
      status: 404,
      method: "GET",
      path: "^/repositories/acme/(api|%7B)",
      times: 2,
    });
    await expect(read([request("api")], held)).rejects.toThrow(/although its workspace lists it/);
  });

  test("is gone if that is certain, and stays the one that the state holds", async () => {
    const uuid = uuidOf("api") ?? "";
    await client.send({ method: "DELETE", path: repo("api") });
    expect(await read([request("api")], async () => new Map([["api", uuid]]))).toEqual({ api: { uuid } });
  });

  test("is unknown if the state cannot be read", async () => {
    const failing = async () => {
      throw new Error("no state");
    };
    await expect(read([request("fresh")], failing)).rejects.toThrow("no state");
  });
});
