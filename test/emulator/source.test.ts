import { type Json, repository, start } from "./support";

const repo = "/repositories/acme/api";

function files(entries: Record<string, string>): FormData {
  const form = new FormData();
  for (const [name, value] of Object.entries(entries)) form.append(name, value);
  return form;
}

test("a commit adds, changes and deletes files, and tells where it is", async () => {
  const { alice } = await start();
  await repository(alice);
  const first = await alice(
    "POST",
    `${repo}/src`,
    files({ "/docs/a.md": "A", "b.txt": "B", message: "First", branch: "main" }),
  );
  expect([first.status, first.text]).toEqual([201, ""]);
  const hash = first.headers.get("location")?.split("/").at(-1) ?? "";
  expect(hash).toMatch(/^[0-9a-f]{40}$/);
  const commit = (await alice("GET", `${repo}/commit/${hash}`)).body;
  expect(commit).toMatchObject({ hash, message: "First", parents: [] });
  await alice(
    "POST",
    `${repo}/src`,
    files({ "b.txt": "B2", files: "docs/a.md", "c.txt": "C", author: "Me <me@example.com>" }),
  );
  expect((await alice("GET", `${repo}/src/main/b.txt`)).text).toBe("B2");
  expect((await alice("GET", `${repo}/src/main/docs/a.md`)).status).toBe(404);
  // The earlier commit is unchanged.
  expect((await alice("GET", `${repo}/src/${hash}/docs/a.md`)).text).toBe("A");
  const commits = (await alice("GET", `${repo}/commits`)).body;
  expect(commits.values[0]).toMatchObject({ author: { raw: "Me <me@example.com>" }, parents: [{ hash }] });
  expect(commits.size).toBeUndefined();
});

test("folders are listed, and files told by their size", async () => {
  const { alice } = await start();
  await repository(alice);
  await alice("POST", `${repo}/src`, files({ "/docs/a.md": "Ä", "b.txt": "B", branch: "main" }));
  const paths = async (at: string) =>
    (await alice("GET", `${repo}/src/${at}`)).body.values.map((one: Json) => `${one.type} ${one.path}`);
  expect(await paths("main")).toEqual(["commit_directory docs", "commit_file b.txt"]);
  expect(await paths("main/docs/")).toEqual(["commit_file docs/a.md"]);
  expect((await alice("GET", `${repo}/src/main/docs/a.md?format=meta`)).body).toMatchObject({
    type: "commit_file",
    size: 2,
  });
  expect((await alice("GET", `${repo}/src/nowhere/b.txt`)).status).toBe(404);
});

test("a commit on another head than the one named is refused", async () => {
  const { alice } = await start();
  await repository(alice);
  const commit = async (more: Record<string, string>) => {
    const answer = await alice(
      "POST",
      `${repo}/src`,
      files({ "a.txt": String(Math.random()), branch: "main", ...more }),
    );
    return { status: answer.status, hash: answer.headers.get("location")?.split("/").at(-1) ?? "" };
  };
  const first = await commit({});
  const second = await commit({ parents: first.hash });
  expect(second.status).toBe(201);
  expect((await commit({ parents: first.hash })).status).toBe(409);
});

test("branches and tags begin at a hash or another branch, and are deleted", async () => {
  const { alice } = await start();
  await repository(alice, "api", true);
  const branches = `${repo}/refs/branches`;
  const made = await alice("POST", branches, { name: "feature/x", target: { hash: "main" } });
  expect(made.status).toBe(201);
  expect((await alice("GET", `${branches}/feature%2Fx`)).body).toEqual(made.body);
  expect((await alice("POST", branches, { name: "feature/x", target: { hash: "main" } })).status).toBe(400);
  expect((await alice("POST", branches, { name: "y", target: { hash: "0000000" } })).status).toBe(404);
  expect((await alice("GET", `${branches}?q=name~%22feat%22`)).body.values).toHaveLength(1);
  expect((await alice("DELETE", `${branches}/feature%2Fx`)).status).toBe(204);
  expect((await alice("DELETE", `${branches}/main`)).status).toBe(400);
  const tags = `${repo}/refs/tags`;
  const tag = await alice("POST", tags, { name: "v1", target: { hash: made.body.target.hash.slice(0, 8) } });
  expect(tag.body).toMatchObject({ name: "v1", target: { hash: made.body.target.hash } });
  expect((await alice("POST", tags, { name: "v1", target: { hash: "main" } })).status).toBe(400);
  expect((await alice("DELETE", `${tags}/v1`)).status).toBe(204);
  expect((await alice("GET", `${tags}/v1`)).status).toBe(404);
});

test("a branch with a slash in its name is read by its commit alone; HEAD is the main branch", async () => {
  const { alice } = await start();
  await repository(alice, "api", true);
  await alice("POST", `${repo}/refs/branches`, { name: "release/1.0", target: { hash: "main" } });
  for (const encoded of ["release/1.0", "release%2F1.0"]) {
    expect((await alice("GET", `${repo}/src/${encoded}/README.md`)).status).toBe(404);
    const branch = await alice("GET", `${repo}/refs/branches/${encoded}`);
    expect([branch.status, branch.body.name]).toEqual([200, "release/1.0"]);
    const file = await alice("GET", `${repo}/src/${branch.body.target.hash}/README.md`);
    expect(file.text).toBe("Hello");
  }
  expect((await alice("GET", `${repo}/src/HEAD/README.md`)).text).toBe("Hello");
  for (const root of ["src", "src/", "src/HEAD"])
    expect((await alice("GET", `${repo}/${root}`)).body.values).toMatchObject([{ path: "README.md" }]);
  expect((await alice("DELETE", `${repo}/refs/branches/release/1.0`)).status).toBe(204);
  await repository(alice, "empty");
  expect((await alice("GET", "/repositories/acme/empty/src")).status).toBe(404);
});

test("a commit comes as one of two forms, and as nothing else", async () => {
  const { alice } = await start();
  await repository(alice, "api", true);
  expect((await alice("POST", `${repo}/src`, { "a.txt": "A" })).status).toBe(415);
  expect((await alice("POST", `${repo}/src`)).status).toBe(415);
  expect((await alice("GET", `${repo}/commits`)).body.values).toHaveLength(1);
  const form = new URLSearchParams({ "a.txt": "A" });
  expect((await alice("POST", `${repo}/src`, form)).status).toBe(201);
});
