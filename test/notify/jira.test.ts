/** Issues that are found again, updated, closed; and what is not sent where. */
import { paragraph } from "../../src/notify/adf";
import { type IssueContent, Jira } from "../../src/notify/jira";
import { readJira, readWebhook } from "../../src/notify/settings";
import { JiraStandIn } from "../support/jira";

const token = "qT7vB2mX9kLw4RzP";
const env = (url: string) => ({
  BITBUCKET_JIRA_URL: url,
  BITBUCKET_JIRA_EMAIL: "bot@acme.example",
  BITBUCKET_JIRA_TOKEN: token,
  BITBUCKET_JIRA_PROJECT: "OPS",
});
const content: IssueContent = {
  group: "drift",
  label: "drift-acme-api",
  title: "Drift of api",
  body: [paragraph("Description differs")],
};

let standIn: JiraStandIn;
let jira: Jira;
const pauses: number[] = [];
beforeEach(async () => {
  pauses.length = 0;
  standIn = await JiraStandIn.start("bot@acme.example", token);
  jira = new Jira(readJira({ env: env(standIn.url) }), {
    env: {},
    sleep: async (milliseconds) => pauses.push(milliseconds),
  });
});
afterEach(async () => {
  await jira.close();
  await standIn.close();
});

test("one issue is created, left alone, updated, closed with a reason, and a new one created after that", async () => {
  expect(await jira.put(content)).toEqual({ key: "OPS-1", done: "created" });
  expect(await jira.put(content)).toEqual({ key: "OPS-1", done: "unchanged" });
  expect(await jira.put({ ...content, title: "More drift of api" })).toEqual({
    key: "OPS-1",
    done: "updated",
  });
  expect(standIn.issue("OPS-1").fields).toMatchObject({
    summary: "More drift of api",
    labels: ["drift", "drift-acme-api"],
    issuetype: { name: "Task" },
  });
  const [open] = await jira.findOpen("drift-acme-api");
  expect(open && (await jira.closeIssue(open, "The drift is gone."))).toEqual({
    key: "OPS-1",
    done: "closed",
  });
  expect(standIn.issue("OPS-1")).toMatchObject({
    status: "Done",
    comments: [expect.stringContaining("The drift is gone.")],
  });
  expect(await jira.findOpen("drift-acme-api")).toEqual([]);
  expect(await jira.put(content)).toEqual({ key: "OPS-2", done: "created" });
});

test("all pages are searched, and an issue of another label is another one", async () => {
  for (const name of ["a", "b", "c"]) await jira.put({ ...content, label: `drift-acme-${name}` });
  expect((await jira.findOpen("drift")).map(({ key }) => key)).toEqual(["OPS-1", "OPS-2", "OPS-3"]);
  expect(
    await jira.put({ ...content, label: "drift-acme-b", title: "Other" }, await jira.findOpen("drift")),
  ).toEqual({
    key: "OPS-2",
    done: "updated",
  });
});

test("an issue whose attachment failed is whole after the next run", async () => {
  const withFile = { ...content, attachment: { name: "a.csv", type: "text/csv", content: "who,what\r\n" } };
  await jira.put(withFile);
  expect(standIn.issue("OPS-1").attachments).toEqual([expect.stringContaining("who,what")]);
  standIn.issue("OPS-1").properties.clear();
  expect(await jira.put(withFile)).toEqual({ key: "OPS-1", done: "updated" });
  expect(await jira.put(withFile)).toEqual({ key: "OPS-1", done: "unchanged" });
  expect(standIn.issue("OPS-1").attachments).toHaveLength(2);
});

test("the transition can be named, and one that is not there is an error that lists the others", async () => {
  await jira.put(content);
  const [open] = await jira.findOpen("drift");
  standIn.transitions = [
    { name: "Won't do", category: "done" },
    { name: "Fixed", category: "done" },
  ];
  const named = (done: string) =>
    new Jira(readJira({ env: { ...env(standIn.url), BITBUCKET_JIRA_DONE: done } }), { env: {} });
  if (!open) throw new Error("no issue is open");
  await expect(named("Shipped").closeIssue(open, "Gone.")).rejects.toThrow(
    'OPS-1 cannot be closed: it has no transition "Shipped". It has "Won\'t do", "Fixed": set one as BITBUCKET_JIRA_DONE.',
  );
  expect(standIn.issue("OPS-1")).toMatchObject({ status: "To Do", comments: [] });
  await named("fixed").closeIssue(open, "Gone.");
  expect(standIn.issue("OPS-1").status).toBe("Done");
});

test("an issue that its workflow does not let close gets no comment, and one once it does", async () => {
  await jira.put(content);
  const [open] = await jira.findOpen("drift");
  if (!open) throw new Error("no issue is open");
  standIn.stuck.add("OPS-1");
  for (let run = 0; run < 2; run += 1)
    await expect(jira.closeIssue(open, "Gone.")).rejects.toThrow("Resolution is required.");
  expect(standIn.issue("OPS-1")).toMatchObject({ status: "To Do", comments: [] });
  standIn.stuck.clear();
  await jira.closeIssue(open, "Gone.");
  expect(standIn.issue("OPS-1")).toMatchObject({
    status: "Done",
    comments: [expect.stringContaining("Gone.")],
  });
});

test("what Jira refuses for a while is sent again, and what may have happened is not", async () => {
  standIn.outages.push({ status: 429, headers: { "retry-after": "7" } }, { status: 503 });
  await jira.put(content);
  expect(pauses).toEqual([7000, 2000]);
  standIn.outages.push({ status: 500 });
  await expect(jira.put({ ...content, label: "drift-acme-web" })).rejects.toThrow(
    /^Jira \(BITBUCKET_JIRA_URL\) answered 500 to POST \/rest\/api\/3\/search\/jql/,
  );
  expect(standIn.issues).toHaveLength(1);
});

test("a redirect is an error: the token goes to the named host alone", async () => {
  const elsewhere = await JiraStandIn.start("bot@acme.example", token);
  standIn.outages.push({ status: 307, headers: { location: `${elsewhere.url}/rest/api/3/search/jql` } });
  await expect(jira.put(content)).rejects.toThrow("answered 307");
  expect(elsewhere.requests).toEqual([]);
  await elsewhere.close();
});

test("a refused token is not quoted", async () => {
  const wrong = new Jira(
    readJira({ env: { ...env(standIn.url), BITBUCKET_JIRA_TOKEN: "wB8nM3xQ7tYv2LkP" } }),
    { env: {} },
  );
  const error = await wrong.put(content).catch((one: Error) => one);
  expect(String(error)).toContain("answered 401 to POST /rest/api/3/search/jql: ");
  expect(String(error)).not.toContain("wB8nM3xQ7tYv2LkP");
});

describe("settings", () => {
  const config = (values: Record<string, string>) => ({ config: (key: string) => values[key] });
  const all = {
    "bitbucket:jiraUrl": "https://acme.atlassian.net/",
    "bitbucket:jiraEmail": "bot@acme.example",
    "bitbucket:jiraToken": token,
    "bitbucket:jiraProject": "OPS",
  };

  test("come from the configuration as well", () => {
    expect(readJira({ env: {}, ...config(all) })).toMatchObject({
      url: "https://acme.atlassian.net",
      project: "OPS",
      issueType: "Task",
    });
  });

  test("a token of the environment is not sent to an address of a committed file, nor the other way round", () => {
    expect(() => readJira({ env: { BITBUCKET_JIRA_TOKEN: token }, ...config(all) })).toThrow(
      "The token in BITBUCKET_JIRA_TOKEN is not sent to https://acme.atlassian.net, which comes from bitbucket:jiraUrl in the stack's configuration",
    );
    expect(() =>
      readJira({ env: { BITBUCKET_JIRA_URL: "https://acme.atlassian.net" }, ...config(all) }),
    ).toThrow("is not sent to https://acme.atlassian.net, which comes from BITBUCKET_JIRA_URL");
  });

  test.each([
    [
      "http://jira.acme.example",
      "BITBUCKET_JIRA_URL must start with https://, except for loopback addresses.",
    ],
    ["jira", "BITBUCKET_JIRA_URL is not a URL."],
    ["https://bot:x@jira.acme.example", "BITBUCKET_JIRA_URL must not contain a user name or password."],
    ["", "BITBUCKET_JIRA_URL is not set: the Jira site"],
  ])("the address %j is refused", (url, message) => {
    expect(() => readJira({ env: env(url) })).toThrow(message);
  });

  test("the address of a webhook is not quoted", () => {
    const secret = "ftp://hooks.slack.example/services/T0/B0/zX8cV2bN6mQ4";
    expect(() => readWebhook("slack", { env: { BITBUCKET_SLACK_WEBHOOK: secret } })).toThrow(
      /^BITBUCKET_SLACK_WEBHOOK must start with https:\/\/, except for loopback addresses\.$/,
    );
  });
});
