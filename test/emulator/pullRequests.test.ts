import { type Ask, type Json, repository, start } from "./support";

const repo = "/repositories/acme/api";

async function withBranch(ask: Ask, name = "feature"): Promise<void> {
  await repository(ask, "api", true);
  const main = (await ask("GET", `${repo}/refs/branches/main`)).body.target.hash;
  await ask("POST", `${repo}/refs/branches`, { name, target: { hash: main } });
}

function open(ask: Ask, title = "A change"): Promise<Json> {
  return ask("POST", `${repo}/pullrequests`, { title, source: { branch: { name: "feature" } } });
}

test("a pull request is opened against the main branch, read, listed, changed and declined", async () => {
  const { alice } = await start();
  await withBranch(alice);
  const made = await open(alice);
  expect(made.status).toBe(201);
  expect(made.body).toMatchObject({ id: 1, state: "OPEN", destination: { branch: { name: "main" } } });
  expect((await alice("GET", `${repo}/pullrequests/1`)).body).toEqual(made.body);
  expect((await alice("GET", `${repo}/pullrequests`)).body.values).toHaveLength(1);
  expect((await alice("PUT", `${repo}/pullrequests/1`, { title: "Better" })).body.title).toBe("Better");
  expect((await alice("POST", `${repo}/pullrequests/1/decline`)).body.state).toBe("DECLINED");
  // Only open ones are listed, unless others are asked for.
  expect((await alice("GET", `${repo}/pullrequests`)).body.values).toEqual([]);
  expect((await alice("GET", `${repo}/pullrequests?state=OPEN&state=DECLINED`)).body.values).toHaveLength(1);
  expect((await alice("GET", `${repo}/pullrequests/2`)).status).toBe(404);
});

test.each([
  [{ source: { branch: { name: "feature" } } }, "title"],
  [{ title: "x", source: { branch: { name: "nowhere" } } }, "source"],
  [{ title: "x", source: { branch: { name: "main" } } }, "source"],
])("an impossible pull request is refused: %j", async (body, field) => {
  const { alice } = await start();
  await withBranch(alice);
  const refused = await alice("POST", `${repo}/pullrequests`, body);
  expect(refused.status).toBe(400);
  expect(Object.keys(refused.body.error.fields)).toEqual([field]);
});

test("pages of pull requests hold 50 at most", async () => {
  const { alice } = await start();
  await withBranch(alice);
  for (let index = 0; index < 12; index += 1) {
    const name = `change-${index}`;
    await alice("POST", `${repo}/refs/branches`, { name, target: { hash: "main" } });
    await alice("POST", `${repo}/pullrequests`, { title: name, source: { branch: { name } } });
  }
  expect((await alice("GET", `${repo}/pullrequests?pagelen=51`)).status).toBe(400);
  const first = await alice("GET", `${repo}/pullrequests`);
  expect(first.body.values).toHaveLength(10);
  expect((await alice("GET", first.body.next)).body.values).toHaveLength(2);
});

test("comments are written, changed by their author alone, and stay as deleted ones", async () => {
  const { alice, emulator } = await start();
  await withBranch(alice);
  await open(alice);
  const path = `${repo}/pullrequests/1/comments`;
  const made = await alice("POST", path, { content: { raw: "**Plan**: 1 to create" } });
  expect(made.status).toBe(201);
  const one = `${path}/${made.body.id}`;
  expect((await alice("PUT", one, { content: { raw: "Nothing" } })).body.content.raw).toBe("Nothing");
  expect((await alice("GET", path)).body.values).toHaveLength(1);

  const robot = emulator.createToken({
    name: "robot",
    kind: "workspace_access_token",
    scopes: ["pullrequest"],
    workspace: "acme",
  });
  const asRobot = (method: string, where: string, body?: unknown) =>
    fetch(emulator.url + where, {
      method,
      headers: { authorization: `Bearer ${robot.secret}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  expect((await asRobot("PUT", one, { content: { raw: "Mine" } })).status).toBe(403);
  // To read and to comment is one scope.
  expect((await asRobot("POST", path, { content: { raw: "Hello" } })).status).toBe(201);

  expect((await alice("DELETE", one)).status).toBe(204);
  expect((await alice("GET", one)).body).toMatchObject({ deleted: true, content: { raw: "" } });
  expect((await alice("GET", `${repo}/pullrequests/1`)).body.comment_count).toBe(1);
});

test("a comment of more than 32,768 characters, or none, is refused", async () => {
  const { alice } = await start();
  await withBranch(alice);
  await open(alice);
  const path = `${repo}/pullrequests/1/comments`;
  const post = async (raw: string) => (await alice("POST", path, { content: { raw } })).status;
  expect(await post("x".repeat(32_768))).toBe(201);
  expect(await post("x".repeat(32_769))).toBe(400);
  expect(await post("")).toBe(400);
});
