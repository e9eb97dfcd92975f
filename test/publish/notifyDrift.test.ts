/** Drift in chats and in Jira issues. */
import { countsOf, type DriftFinding, type DriftReport } from "../../src/drift";
import { postToChat } from "../../src/notify/chat";
import { Jira } from "../../src/notify/jira";
import { readJira, readWebhook } from "../../src/notify/settings";
import { driftMessage, findDrift, publishIssues } from "../../src/publish/notifyDrift";
import { hostile, sampleReport } from "../drift/sample";
import { type ChatStandIn, startChats } from "../support/chat";
import { JiraStandIn } from "../support/jira";

const secret = "kV3xR8nWq5TzL7bM";
const token = "pY6cN2vJ8sXfD4hG";

function finding(repository: string | undefined, own: Partial<DriftFinding> = {}): DriftFinding {
  return {
    id: `drift Webhook ${repository}:ci`,
    fingerprint: "a",
    case: "drift",
    severity: "high",
    kind: "Webhook",
    title: "webhook",
    name: `${repository}:ci`,
    project: "PLAT",
    ...(repository === undefined ? {} : { repository }),
    fields: [
      { field: "active", last: true, live: false, desired: true, secret: false, severity: "high" },
      { field: "secret", last: "[secret]", live: "[secret]", secret: true, severity: "high" },
    ],
    ...own,
  };
}

function reportOf(findings: readonly DriftFinding[], own: Partial<DriftReport> = {}): DriftReport {
  return { ...sampleReport(0), complete: true, findings: [...findings], counts: countsOf(findings), ...own };
}

describe("chats", () => {
  let chats: ChatStandIn;
  beforeEach(async () => {
    chats = await startChats(secret);
  });
  afterEach(() => chats.close());
  const address = (chat: "slack" | "teams") =>
    readWebhook(chat, {
      env: { BITBUCKET_SLACK_WEBHOOK: chats.slack, BITBUCKET_TEAMS_WEBHOOK: chats.teams },
    });
  const post = (chat: "slack" | "teams", report: DriftReport, sleep = async () => {}) =>
    postToChat(chat, address(chat), driftMessage(report, findDrift(report), "https://ci.example/1?a=b|c"), {
      env: {},
      sleep,
    });

  test.each(["slack", "teams"] as const)(
    "%s gets the worst first, and no markup from names",
    async (chat) => {
      const report = reportOf([
        finding("api", { severity: "low" }),
        finding("web", { severity: "critical", name: `<!channel> ${hostile}` }),
        finding("old", { case: "pending" }),
      ]);
      await post(chat, report);
      const [{ text = "" } = {}] = chats.messages;
      expect(text.indexOf("critical: PLAT / web")).toBeGreaterThan(0);
      expect(text.indexOf("low: PLAT / api")).toBeGreaterThan(text.indexOf("critical: PLAT / web"));
      expect(text).toContain("active: true → false");
      expect(text).not.toContain("PLAT / old");
      expect(text).not.toMatch(chat === "slack" ? /<!channel>|<img/ : /"TextBlock"/);
      expect(text).not.toContain("\u202e");
    },
  );

  test.each(["slack", "teams"] as const)(
    "%s takes thousands of findings, and says how many are left out",
    async (chat) => {
      await post(
        chat,
        reportOf(Array.from({ length: 3000 }, (_, at) => finding(`repository-${at}-${"x".repeat(90)}`))),
      );
      expect(chats.messages).toHaveLength(1);
      expect(chats.messages[0]?.text).toMatch(/… and 29\d\d more/);
    },
  );

  test("what Slack limits is sent again when it says so; what it refuses is an error without the address", async () => {
    const pauses: number[] = [];
    chats.outages.push({ status: 429, headers: { "retry-after": "3" } });
    await postToChat("slack", address("slack"), driftMessage(reportOf([finding("api")]), [finding("api")]), {
      env: {},
      sleep: async (milliseconds) => pauses.push(milliseconds),
    });
    expect(pauses).toEqual([3000]);
    const gone = readWebhook("slack", { env: { BITBUCKET_SLACK_WEBHOOK: `${chats.slack}x` } });
    const error = await postToChat("slack", gone, driftMessage(reportOf([]), []), { env: {} }).catch(String);
    expect(error).toContain("Slack (BITBUCKET_SLACK_WEBHOOK) answered 404 to the message: no_service");
    expect(error).not.toContain(secret);
  });

  test("a server that does not answer in time is an error, and the message is not sent twice", async () => {
    chats.outages.push({ status: 500 });
    await expect(post("teams", reportOf([finding("api")]))).rejects.toThrow("answered 500 to the message");
    expect(chats.messages).toEqual([]);
  });
});

describe("Jira", () => {
  let standIn: JiraStandIn;
  let jira: Jira;
  beforeEach(async () => {
    standIn = await JiraStandIn.start("bot@acme.example", token);
    jira = new Jira(
      readJira({
        env: {
          BITBUCKET_JIRA_URL: standIn.url,
          BITBUCKET_JIRA_EMAIL: "bot@acme.example",
          BITBUCKET_JIRA_TOKEN: token,
          BITBUCKET_JIRA_PROJECT: "OPS",
        },
      }),
      { env: {}, sleep: async () => {} },
    );
  });
  afterEach(async () => {
    await jira.close();
    await standIn.close();
  });
  const done = async (report: DriftReport, link?: string) => {
    const lines: string[] = [];
    for await (const one of publishIssues(jira, report, link)) lines.push(`${one.key} ${one.done}`);
    return lines;
  };

  test("one issue for each repository, updated where it differs, closed where the drift is gone", async () => {
    const both = reportOf([
      finding("api"),
      finding("api", { id: "x", name: "api:cd" }),
      finding("web"),
      finding(undefined),
    ]);
    expect(await done(both, "https://ci.example/1")).toEqual([
      "OPS-1 created",
      "OPS-2 created",
      "OPS-3 created",
    ]);
    expect(standIn.textOf("OPS-1")).toMatch(/api:ci.*api:cd/);
    expect(standIn.textOf("OPS-1")).toContain("active: true → false");
    expect(standIn.issue("OPS-3").fields.summary).toBe("Drift in Bitbucket: PLAT");
    // The same drift of another run.
    expect(await done(both, "https://ci.example/2")).toEqual([
      "OPS-1 unchanged",
      "OPS-2 unchanged",
      "OPS-3 unchanged",
    ]);
    expect(await done(reportOf([finding("web", { fingerprint: "b" })]))).toEqual([
      "OPS-2 updated",
      "OPS-1 closed",
      "OPS-3 closed",
    ]);
    expect(await done(reportOf([finding("api")]))).toEqual(["OPS-4 created", "OPS-2 closed"]);
  });

  test("an issue that cannot be closed is an error, once the others are closed", async () => {
    await done(reportOf([finding("api"), finding("web")]));
    standIn.stuck.add("OPS-1");
    await expect(done(reportOf([finding("new")]))).rejects.toThrow(
      "answered 400 to POST /rest/api/3/issue/OPS-1/transitions",
    );
    expect(standIn.issues.map(({ status }) => status)).toEqual(["To Do", "Done", "To Do"]);
    expect(standIn.issue("OPS-1").comments).toEqual([]);
  });

  test("nothing is closed after a report that is incomplete, or of a part", async () => {
    await done(reportOf([finding("api")]));
    expect(await done(reportOf([], { complete: false }))).toEqual([]);
    expect(await done(reportOf([], { filter: { repositories: ["web"] } }))).toEqual([]);
    expect(await done(reportOf([], { notLookedAt: 3 }))).toEqual([]);
    expect(standIn.issue("OPS-1").status).toBe("To Do");
    expect(await done(reportOf([]))).toEqual(["OPS-1 closed"]);
  });

  test("another stack's issues are left alone, and names that are no labels make labels", async () => {
    await done(reportOf([finding("a b")], { stack: "globex" }));
    expect(await done(reportOf([finding("a-b")]))).toEqual(["OPS-2 created"]);
    expect(await done(reportOf([]))).toEqual(["OPS-2 closed"]);
    expect(standIn.issue("OPS-1")).toMatchObject({
      status: "To Do",
      fields: {
        labels: [
          "bitbucket-as-code-drift-globex",
          expect.stringMatching(/^bitbucket-as-code-drift-globex-repository-a-b-[0-9a-f]{8}$/),
        ],
      },
    });
  });
});
