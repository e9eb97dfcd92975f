/** Who has which right where, of a workspace in the emulator. */
import { createClient, type ReadClient, Secret } from "../../src/bitbucket";
import { LiveReader } from "../../src/live";
import { Jira } from "../../src/notify/jira";
import { readJira } from "../../src/notify/settings";
import { formatPlace } from "../../src/report/text";
import { type AccessGrant, type AccessReview, type ReviewOptions, reviewAccess } from "../../src/review";
import { matchDeclared } from "../../src/review/declared";
import { accessReviewSchema } from "../../src/review/model";
import { renderReviewCsv } from "../../src/review/report/csv";
import { renderReviewHtml } from "../../src/review/report/html";
import { reviewIssue } from "../../src/review/report/jira";
import { renderReviewTerminal } from "../../src/review/report/terminal";
import { describeHolder, describeSource } from "../../src/review/report/text";
import { acmeOf } from "../audit/support";
import { load, removeFolders } from "../desired/support/folder";
import { type Emulator, exampleTokens, startEmulator } from "../support/emulator";
import { JiraStandIn } from "../support/jira";

let emulator: Emulator;
const leaver = "{1ea00000-0000-4000-8000-000000000003}";

beforeEach(async () => {
  emulator = await startEmulator({ seed: "example" });
  const [, bob = "", carol = ""] = [...acmeOf(emulator).members.keys()];
  const { projects, repositories } = acmeOf(emulator);
  emulator.state.users.set(leaver, {
    uuid: leaver,
    account_id: "712020:lea",
    nickname: "lea",
    display_name: "Lea Left",
    email: "lea@acme.example",
  });
  projects.get("WEB")?.permissions.users.set(carol, "admin");
  const gateway = repositories.get("gateway")?.permissions;
  gateway?.users.set(bob, "admin");
  gateway?.users.set(carol, "read");
  gateway?.users.set(leaver, "write");
  gateway?.groups.set("auditors", "read");
});
afterEach(async () => {
  removeFolders();
  await emulator.close();
});

async function review(
  options: Partial<ReviewOptions> & {
    readonly token?: string;
    readonly wrap?: (client: ReadClient) => ReadClient;
  } = {},
  reader?: (reader: LiveReader) => Partial<ReviewOptions>,
): Promise<AccessReview> {
  const client = createClient({
    credentials: {
      type: "api-token",
      email: options.token === exampleTokens.member ? "bob@acme.example" : exampleTokens.email,
      token: new Secret(options.token ?? exampleTokens.admin),
    },
    baseUrl: emulator.url,
    readOnly: true,
  });
  const live = new LiveReader(client);
  try {
    return await reviewAccess(options.wrap?.(client) ?? client, live, {
      workspace: "acme",
      now: () => new Date("2026-03-02T12:00:00Z"),
      ...options,
      ...reader?.(live),
    });
  } finally {
    await client.close();
  }
}

const line = (grant: AccessGrant) =>
  `${formatPlace(grant, "acme")}: ${describeHolder(grant)}: ${grant.permission}, ${describeSource(grant)}`;

test("each right with its source: the role, a grant, the project, a group", async () => {
  const found = await review({ repositories: (slug) => ["gateway", "handbook"].includes(slug) });
  expect(found.grants.map(line)).toEqual([
    "workspace acme: Alice Archer: owner, workspace",
    "workspace acme: Bob Builder: member, workspace",
    "workspace acme: Carol Cook: member, workspace",
    "CORE: group developers: write, direct",
    "CORE / gateway: group auditors: read, direct",
    `CORE / gateway: ${leaver} (not a member): write, direct`,
    "CORE / gateway: Bob Builder: admin, direct",
    "CORE / gateway: Carol Cook: read, direct",
    "WEB: group developers: write, direct",
    "WEB: Carol Cook: admin, direct",
    "WEB / handbook: Bob Builder: write, group developers",
    "WEB / handbook: Carol Cook: admin, project",
  ]);
  expect(found).toMatchObject({ complete: true, projects: 2, repositories: 2, unread: [] });
  expect(accessReviewSchema.parse(found)).toEqual(found);
  expect(found.grants.every(({ since }) => since === undefined)).toBe(true);
});

test("a review of repositories alone knows the rights that their projects give, and lists none of the projects", async () => {
  const found = await review({ projects: () => false, repositories: (slug) => slug === "handbook" });
  expect(found.grants.filter(({ level }) => level !== "workspace").map(line)).toEqual([
    "WEB / handbook: Bob Builder: write, group developers",
    "WEB / handbook: Carol Cook: admin, project",
  ]);
  expect(found).toMatchObject({ complete: true, projects: 0, repositories: 1, unread: [] });
});

test("a right through a project that may not be read is unknown, and everything is listed", async () => {
  emulator.addFault({
    kind: "status",
    status: 403,
    path: "/workspaces/acme/projects/WEB/permissions-config/",
    times: 9,
  });
  const found = await review({ projects: () => false, repositories: (slug) => slug === "handbook" });
  expect(found.grants.filter(({ level }) => level !== "workspace").map(line)).toEqual([
    "WEB / handbook: Bob Builder: write, unknown",
    "WEB / handbook: Carol Cook: admin, unknown",
  ]);
  expect(found).toMatchObject({ complete: true, unread: [] });
});

test("the day on which somebody joined is told where the API says it", async () => {
  const found = await review({
    wrap: (client) =>
      ({
        budget: client.budget,
        async list(...args: Parameters<ReadClient["list"]>) {
          const items = await client.list(...args);
          return args[0] === "/workspaces/acme/permissions"
            ? items.map((item) => ({ ...(item as object), added_on: "2024-05-06T07:08:09.123456+00:00" }))
            : items;
        },
      }) as ReadClient,
  });
  expect(found.grants[0]).toMatchObject({ level: "workspace", since: "2024-05-06T07:08:09.123Z" });
  expect(renderReviewTerminal(found)).toMatch(/workspace acme +Alice Archer +owner +workspace +2024-05-06\n/);
  expect(renderReviewTerminal(found)).toMatch(/Bob Builder +admin +direct +unknown\n/);
});

test("one of several groups is not guessed, and a public repository is not taken for a grant", async () => {
  const acme = acmeOf(emulator);
  acme.repositories.get("handbook")?.permissions.groups.set("writers", "write");
  Object.assign(acme.repositories.get("gateway") ?? {}, { is_private: false });
  for (const held of Object.values(acme.repositories.get("gateway")?.permissions ?? {})) held.clear();
  const lines = (await review()).grants.map(line);
  expect(lines).toContain("WEB / handbook: Bob Builder: write, one of the groups developers, writers");
  expect(lines).toContain("CORE / gateway: Carol Cook: read, public");
});

test("what may not be read is named, and nothing is taken for nobody", async () => {
  const found = await review({ token: exampleTokens.member });
  expect(found.complete).toBe(false);
  expect(found.unread.map(({ part }) => part)).toContain(
    "effective permissions, which show rights through groups",
  );
  expect(renderReviewTerminal(found)).toMatch(/Not read: workspace acme: effective permissions/);
});

test("of a stack it says what the YAML declares, and until when; who has left does not stop it", async () => {
  const { resources } = await load(
    `
workspace: acme
existing: { projects: [CORE] }
repositories:
  gateway:
    project: CORE
    userPermissions:
      bob: { permission: admin, until: 2026-01-31 }
      somebody-who-left: read
    groupPermissions: { auditors: read }
`,
    { keepExpired: true },
  );
  const found = await review({ stack: "acme", repositories: (slug) => slug === "gateway" }, (reader) => ({
    declared: (objects) => matchDeclared(resources, objects, reader, "acme"),
  }));
  const table = renderReviewTerminal(found);
  expect(table).toMatch(/Bob Builder +admin +direct +unknown +stacks\/acme\.yaml:8, until 2026-01-31\n/);
  expect(table).toMatch(/group auditors +read +direct +unknown +stacks\/acme\.yaml:10\n/);
  expect(table).toMatch(/Carol Cook +read +direct +unknown +not in YAML\n/);
  expect(table).toMatch(/Alice Archer +owner +workspace +unknown\n/);
});

test("CSV has a line for each right, and nothing that a spreadsheet would run", async () => {
  const [user] = [...emulator.state.users.values()].filter(({ nickname }) => nickname === "carol");
  Object.assign(user ?? {}, { display_name: '=HYPERLINK("https://evil.example","Carol, C.")' });
  const found = await review({ repositories: (slug) => slug === "gateway" });
  const [head, ...lines] = renderReviewCsv(found).split("\r\n");
  expect(head).toBe(
    "workspace,project,repository,on,holder,name,id,member,permission,through,since,declared,until,link",
  );
  expect(lines).toHaveLength(found.grants.length + 1);
  expect(lines.filter((one) => one.includes("HYPERLINK"))).toEqual(
    Array(3).fill(expect.stringContaining(`,"'=HYPERLINK(""https://evil.example"",""Carol, C."")",`)),
  );
  expect(lines).toContain(
    `acme,CORE,gateway,repository,user,,${leaver},no,write,direct,unknown,,,https://bitbucket.org/acme/gateway/admin/permissions`,
  );
});

test("the page holds every right as data, and names as text", async () => {
  const found = await review();
  const page = renderReviewHtml(found);
  const [, json = ""] = page.match(/<script type="application\/json" id="data">(.*?)<\/script>/s) ?? [];
  const { report } = JSON.parse(json);
  expect(report.findings).toHaveLength(found.grants.length);
  expect(report.counts.cases).toMatchObject({ workspace: 3, group: 5, project: 3 });
  expect(page).toMatch(/<title>Access in acme<\/title>/);
});

test("one Jira issue says what to look at first, holds the CSV, and stays one", async () => {
  const token = "hT4kP9vXw2LsQ8nD";
  const standIn = await JiraStandIn.start("bot@acme.example", token);
  const jira = new Jira(
    readJira({
      env: {
        BITBUCKET_JIRA_URL: standIn.url,
        BITBUCKET_JIRA_EMAIL: "bot@acme.example",
        BITBUCKET_JIRA_TOKEN: token,
        BITBUCKET_JIRA_PROJECT: "OPS",
      },
    }),
    { env: {} },
  );
  const found = await review();
  expect(await jira.put(reviewIssue(found))).toEqual({ key: "OPS-1", done: "created" });
  expect(await jira.put(reviewIssue(await review()))).toEqual({ key: "OPS-1", done: "unchanged" });
  acmeOf(emulator).repositories.get("gateway")?.permissions.users.delete(leaver);
  expect(await jira.put(reviewIssue(await review()))).toEqual({ key: "OPS-1", done: "updated" });
  const [first, second] = standIn.issue("OPS-1").attachments;
  expect(first).toContain(leaver);
  expect(second).not.toContain(leaver);
  const text = standIn.textOf("OPS-1");
  expect(text).toContain("Admin rights granted to a user: 6");
  expect(text).toContain("CORE / gateway: Bob Builder: admin, through direct");
  expect(text).not.toContain("Not a member of the workspace");
  await jira.close();
  await standIn.close();
});
