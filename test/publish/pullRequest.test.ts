/** The pull request of drift: found again, updated in place, never over somebody's commits, declined when it is done. */
import { exampleTokens } from "../../packages/emulator/src";
import { type Client, createClient, Secret } from "../../src/bitbucket";
import { countsOf } from "../../src/drift";
import { toDriftNotice } from "../../src/publish";
import { branchOf, type Proposal } from "../../src/publish/proposalBranch";
import { putProposal, withdrawProposal } from "../../src/publish/pullRequest";
import { sampleReport } from "../drift/sample";
import { type Ask, repository, start } from "../emulator/support";
import type { Emulator } from "../support/emulator";

const repo = "/repositories/acme/infrastructure";
const branch = branchOf("acme");
const main = new Map([["infra/stacks/acme.yaml", "workspace: acme\n"]]);

let emulator: Emulator;
let alice: Ask;
let client: Client;
beforeEach(async () => {
  ({ emulator, alice } = await start());
  await repository(alice, "infrastructure", true);
  await commit({ "infra/stacks/acme.yaml": "workspace: acme\n", "infra/stacks/more.yaml": "a: 1\n" });
  client = createClient({
    credentials: { type: "api-token", email: exampleTokens.email, token: new Secret(exampleTokens.admin) },
    baseUrl: emulator.url,
  });
});
afterEach(async () => {
  await client.close();
  await emulator.close();
});

async function commit(files: Record<string, string>, on = "main", message = "By hand"): Promise<void> {
  const form = new FormData();
  for (const [path, text] of Object.entries(files)) form.set(`/${path}`, new Blob([text]), path);
  form.set("message", message);
  form.set("branch", on);
  expect((await alice("POST", `${repo}/src`, form)).status).toBe(201);
}

const textOf = async (path: string, on = branch) => {
  const { hash } = (await alice("GET", `${repo}/refs/branches/${on}`)).body.target;
  return client.get(`${repo}/src/${hash}/${path}`, { accept: "text" }).catch(() => undefined);
};
const request = async (id: number) => (await alice("GET", `${repo}/pullrequests/${id}`)).body;
const commits = async () =>
  (await alice("GET", `${repo}/commits?include=${branch}&exclude=main`)).body.values;
const comments = async (id: number) =>
  (await alice("GET", `${repo}/pullrequests/${id}/comments`)).body.values.map(
    ({ content }: { content: { raw: string } }) => content.raw,
  );

function proposal(files: Record<string, string>, own: Partial<Proposal> = {}): Proposal {
  const report = sampleReport(3);
  return {
    stack: "acme",
    title: "Adopt drift of acme",
    notice: { ...toDriftNotice({ ...report, counts: countsOf(report.findings) }), id: branch },
    files: new Map(Object.entries(files)),
    base: main,
    ...own,
  };
}
const put = (files: Record<string, string>, own: Partial<Proposal> = {}) =>
  putProposal(client, "acme/infrastructure", proposal(files, own));
const withdraw = () =>
  withdrawProposal(client, "acme/infrastructure", { stack: "acme", why: "The drift is gone." });

const first = { "infra/stacks/acme.yaml": "workspace: acme\nrepositories: {}\n" };
const second = { "infra/stacks/acme.yaml": "workspace: acme\nprojects: {}\n" };

test("one pull request is created, left alone, and updated in place with its reviewers", async () => {
  expect(await put(first, { link: "https://ci.example/1" })).toMatchObject({ done: "created", id: 1 });
  expect(await textOf("infra/stacks/acme.yaml")).toBe(first["infra/stacks/acme.yaml"]);
  expect(await textOf("README.md")).toBe("Hello");
  expect(await request(1)).toMatchObject({
    title: "Adopt drift of acme",
    state: "OPEN",
    source: { branch: { name: branch } },
    destination: { branch: { name: "main" } },
    close_source_branch: true,
  });
  const [, bob] = [...emulator.state.users.values()];
  await alice("PUT", `${repo}/pullrequests/1`, { reviewers: [{ uuid: bob?.uuid }] });
  expect(await put(first, { link: "https://ci.example/2" })).toMatchObject({ done: "unchanged", id: 1 });
  expect(await commits()).toHaveLength(1);
  expect(await put(second)).toMatchObject({ done: "updated", id: 1 });
  expect(await commits()).toHaveLength(2);
  expect(await textOf("infra/stacks/acme.yaml")).toBe(second["infra/stacks/acme.yaml"]);
  expect((await request(1)).reviewers).toHaveLength(1);
  expect((await alice("GET", `${repo}/pullrequests`)).body.values).toHaveLength(1);
});

test("a file that no longer drifted goes back to main's, and one that main does not have goes away", async () => {
  const more = { "infra/stacks/more.yaml": "a: 2\n", "infra/drift-acme.md": "# Revert\n" };
  await put({ ...first, ...more });
  expect(await textOf("infra/drift-acme.md")).toBe("# Revert\n");
  await put(first);
  expect(await textOf("infra/stacks/more.yaml")).toBe("a: 1\n");
  expect(await textOf("infra/drift-acme.md")).toBeUndefined();
  expect(await put(first)).toMatchObject({ done: "unchanged" });
});

test("somebody's commits on the branch are kept: there is a comment instead, and one", async () => {
  await put(first);
  await commit({ "infra/stacks/acme.yaml": "workspace: acme # mine\n" }, branch);
  const result = await put(second);
  expect(result).toMatchObject({ done: "commented", id: 1 });
  expect(result.note).toMatch(
    /Somebody else has committed to bitbucket-as-code-drift-acme: nothing was pushed/,
  );
  await put(second);
  expect(await textOf("infra/stacks/acme.yaml")).toBe("workspace: acme # mine\n");
  expect(await commits()).toHaveLength(2);
  expect(await comments(1)).toEqual([expect.stringContaining("**Drift of acme**")]);
  expect(await withdraw()).toMatchObject({ done: "commented" });
  expect((await request(1)).state).toBe("OPEN");
});

test("a commit that says it is from here, and holds something else, is somebody's", async () => {
  await put(first);
  const [{ message }] = await commits();
  await commit({ "infra/stacks/acme.yaml": "workspace: acme # amended\n" }, branch, message);
  expect(await put(second)).toMatchObject({ done: "commented" });
  expect(await textOf("infra/stacks/acme.yaml")).toBe("workspace: acme # amended\n");
});

test("a branch of somebody else without a pull request is left alone", async () => {
  const { hash } = (await alice("GET", `${repo}/refs/branches/main`)).body.target;
  await alice("POST", `${repo}/refs/branches`, { name: branch, target: { hash } });
  await commit({ "x.md": "x" }, branch);
  expect(await put(first)).toMatchObject({
    done: "skipped",
    note: expect.stringContaining("Rename or delete the branch"),
  });
  expect((await alice("GET", `${repo}/pullrequests`)).body.values).toEqual([]);
});

test("it is declined with a comment when the drift is gone, and created again when the same comes back", async () => {
  expect(await withdraw()).toBeUndefined();
  await put(first);
  expect(await withdraw()).toMatchObject({ done: "declined", id: 1 });
  expect((await request(1)).state).toBe("DECLINED");
  expect(await comments(1)).toEqual(["The drift is gone."]);
  expect(await put(first)).toMatchObject({ done: "created", id: 2 });
});

test("what people have declined is not proposed again until it differs", async () => {
  await put(first);
  await alice("POST", `${repo}/pullrequests/1/decline`);
  expect(await put(first)).toMatchObject({
    done: "skipped",
    note: "Pull request #1 proposed the same, and was declined.",
  });
  expect(await put(second)).toMatchObject({ done: "created", id: 2 });
});

test("a checkout that is not main's is refused before anything is written", async () => {
  await commit({ "infra/stacks/acme.yaml": "workspace: acme # merged meanwhile\n" });
  await expect(put(first)).rejects.toThrow(
    "infra/stacks/acme.yaml differs from that of the main branch of acme/infrastructure. Check out its newest commit, and run this again.",
  );
  expect((await alice("GET", `${repo}/refs/branches/${branch}`)).status).toBe(404);
});

test("after a merge, the next drift is a pull request of its own, from what main has now", async () => {
  await put(first);
  expect(
    (await alice("POST", `${repo}/pullrequests/1/merge`, { merge_strategy: "merge_commit" })).status,
  ).toBe(200);
  const merged = new Map(Object.entries(first));
  expect(await put(second, { base: merged })).toMatchObject({ done: "created", id: 2 });
  expect(await textOf("infra/stacks/acme.yaml")).toBe(second["infra/stacks/acme.yaml"]);
});
