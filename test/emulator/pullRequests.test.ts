import { exampleTokens } from "../support/emulator";
import { type Ask, asking, basic, encoded, type Json, repository, start } from "./support";

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
  // Only open ones are listed, unless other states are requested.
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
  // Reading and commenting require the same scope.
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

/** A branch with a commit of its own, in a pull request. */
async function opened(ask: Ask, files: Readonly<Record<string, string>> = { "new.txt": "1" }): Promise<Json> {
  await withBranch(ask);
  const form = new URLSearchParams({ ...files, branch: "feature", message: "Add a file" });
  expect((await ask("POST", `${repo}/src`, form)).status).toBe(201);
  return (await open(ask)).body;
}

const one = `${repo}/pullrequests/1`;

describe("a pull request is merged", () => {
  test.each([
    ["merge_commit", 2, ["Merged in feature (pull request #1)\n\nA change", "Add a file"]],
    ["squash", 1, ["Merged in feature (pull request #1)\n\nA change"]],
    ["fast_forward", 1, ["Add a file"]],
    ["rebase_fast_forward", 1, ["Add a file"]],
  ] as const)("by %s", async (strategy, parents, messages) => {
    const { alice } = await start();
    await opened(alice);
    const merged = await alice("POST", `${one}/merge`, {
      type: "",
      merge_strategy: strategy,
      close_source_branch: true,
    });
    expect(merged.body).toMatchObject({ state: "MERGED", closed_by: { nickname: "alice" } });
    const main = (await alice("GET", `${repo}/refs/branches/main`)).body.target;
    expect(main.parents).toHaveLength(parents);
    expect(main.hash.startsWith(merged.body.merge_commit.hash)).toBe(true);
    expect((await alice("GET", `${repo}/src/main/new.txt`)).text).toBe("1");
    const log = (await alice("GET", `${repo}/commits/main`)).body.values;
    expect(log.map(({ message }: Json) => message)).toEqual([...messages, "Start"]);
    expect((await alice("GET", `${repo}/refs/branches/feature`)).status).toBe(404);
    // Its content can still be read, and it cannot be merged again.
    expect((await alice("GET", `${one}/diff`)).text).toContain("+1");
    expect((await alice("POST", `${one}/merge`)).status).toBe(400);
  });

  test("onto what others have merged, if the changes do not conflict", async () => {
    const { alice } = await start();
    await opened(alice, { "README.md": "Mine" });
    const onMain = (files: Readonly<Record<string, string>>) =>
      alice("POST", `${repo}/src`, new URLSearchParams({ ...files, branch: "main" }));
    await onMain({ "other.txt": "2" });
    const straight = await alice("POST", `${one}/merge`, { merge_strategy: "fast_forward" });
    expect(straight.status).toBe(400);
    await onMain({ "README.md": "Theirs" });
    for (const merge_strategy of ["merge_commit", "squash", "rebase_merge"]) {
      const refused = await alice("POST", `${one}/merge`, { merge_strategy });
      expect([refused.status, refused.body.error.message]).toEqual([
        400,
        expect.stringContaining("conflicts"),
      ]);
    }
    await onMain({ "README.md": "Hello" });
    expect((await alice("POST", `${one}/merge`, { merge_strategy: "rebase_merge" })).body.state).toBe(
      "MERGED",
    );
    expect((await alice("GET", `${repo}/src/main/README.md`)).text).toBe("Mine");
    expect((await alice("GET", `${repo}/src/main/other.txt`)).text).toBe("2");
  });

  test("as a task that can be asked for", async () => {
    const { alice } = await start();
    await opened(alice);
    const begun = await alice("POST", `${one}/merge?async=true`);
    expect(begun.status).toBe(202);
    const task = await alice("GET", begun.headers.get("location") ?? "");
    expect(task.body).toMatchObject({ task_status: "SUCCESS", merge_result: { state: "MERGED" } });
  });
});

test("people approve and ask for changes, and it is all in the activity", async () => {
  const { alice, emulator } = await start();
  const bob = [...emulator.state.users.values()].find(({ nickname }) => nickname === "bob");
  await opened(alice);
  const members = [{ uuid: bob?.uuid }];
  expect((await alice("PUT", one, { title: "A change", reviewers: members })).body.reviewers).toHaveLength(1);
  const asBob = asking(emulator, basic("bob@acme.example", exampleTokens.member));
  await alice("PUT", `${repo}/permissions-config/users/${encoded(bob?.uuid ?? "")}`, { permission: "write" });
  expect((await asBob("POST", `${one}/approve`)).body).toMatchObject({ approved: true, role: "REVIEWER" });
  expect((await asBob("POST", `${one}/request-changes`)).body).toMatchObject({
    approved: false,
    state: "changes_requested",
  });
  expect((await asBob("DELETE", `${one}/approve`)).status).toBe(404);
  expect((await asBob("DELETE", `${one}/request-changes`)).status).toBe(204);
  expect((await alice("GET", one)).body.participants).toMatchObject([
    { user: { nickname: "bob" }, state: null },
  ]);
  const activity = (await alice("GET", `${one}/activity`)).body.values;
  expect(
    activity.map((entry: Json) => Object.keys(entry).filter((key) => key !== "pull_request")[0]),
  ).toEqual(["changes_requested", "approval", "update", "update"]);
  // If omitted, all reviewers are removed; and nobody reviews their own.
  expect((await alice("PUT", one, { title: "Better" })).body.reviewers).toEqual([]);
  const own = await alice("GET", "/user");
  const refused = await alice("PUT", one, { reviewers: [{ uuid: own.body.uuid }] });
  expect(refused.body.error.fields.reviewers).toEqual([
    "Alice Archer is the author and cannot be included as a reviewer.",
  ]);
});

test("the same branches again change the open pull request", async () => {
  const { alice } = await start();
  await opened(alice);
  expect((await open(alice, "Another title")).body).toMatchObject({ id: 1, title: "Another title" });
  expect((await alice("GET", `${repo}/pullrequests`)).body.values).toHaveLength(1);
  await alice("POST", `${one}/decline`);
  expect((await open(alice)).body.id).toBe(2);
});

test("threads are resolved, and tasks done", async () => {
  const { alice } = await start();
  await opened(alice);
  const comment = await alice("POST", `${one}/comments`, { content: { raw: "Why?" } });
  expect(comment.headers.get("location")).toBe(comment.body.links.self.href);
  const resolve = `${one}/comments/${comment.body.id}/resolve`;
  expect((await alice("POST", resolve)).body.type).toBe("comment_resolution");
  expect((await alice("POST", resolve)).status).toBe(409);
  expect((await alice("DELETE", resolve)).status).toBe(204);
  const task = await alice("POST", `${one}/tasks`, {
    content: { raw: "Do it" },
    comment: { id: comment.body.id },
  });
  expect(task.body).toMatchObject({ state: "UNRESOLVED", comment: { id: comment.body.id } });
  expect((await alice("GET", one)).body.task_count).toBe(1);
  const done = await alice("PUT", `${one}/tasks/${task.body.id}`, { state: "RESOLVED" });
  expect(done.body).toMatchObject({
    state: "RESOLVED",
    content: { raw: "Do it" },
    resolved_by: { nickname: "alice" },
  });
  expect((await alice("GET", one)).body.task_count).toBe(0);
});

test("what it changes is told as a diff, in figures and in commits", async () => {
  const { alice } = await start();
  await opened(alice, { "new.txt": "1", files: "README.md", "docs/read.md": "Hello" });
  const redirected = await fetch((await alice("GET", one)).body.links.diffstat.href, {
    headers: { authorization: basic(exampleTokens.email, exampleTokens.admin) },
    redirect: "manual",
  });
  expect(redirected.status).toBe(302);
  const stats = (await alice("GET", `${one}/diffstat`)).body.values;
  expect(stats).toMatchObject([
    { status: "renamed", old: { path: "README.md" }, new: { path: "docs/read.md" } },
    { status: "added", old: null, new: { path: "new.txt" }, lines_added: 1, lines_removed: 0 },
  ]);
  expect((await alice("GET", `${one}/commits`)).body.values).toMatchObject([{ message: "Add a file" }]);
  // The opposite order to git's: what the first has and the second lacks.
  expect((await alice("GET", `${repo}/diff/feature..main?path=new.txt`)).text).toContain("+1");
  expect((await alice("GET", `${repo}/diff/main..feature?path=new.txt`)).text).toBe("");
  expect((await alice("GET", `${repo}/diff/main..feature?path=new.txt&topic=false`)).text).toContain("-1");
  expect((await alice("GET", `${repo}/patch/feature`)).text).toMatch(/^Subject: \[PATCH\] Add a file$/m);
});
