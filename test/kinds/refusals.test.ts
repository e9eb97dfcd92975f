/** Values that Bitbucket would refuse, or that could never work, are reported before anything is sent. */
import * as all from "../../src/kinds";
import type { Kind, Properties } from "../../src/kinds/kind";
import { check } from "../../src/model/check";
import { publicKey } from "./samples/sample";

const place = { workspace: "acme", repository: "{r}" };

function problems(kind: Kind, args: Properties): string[] {
  const { repository, ...workspace } = place;
  const places = kind.parents.includes("account")
    ? {}
    : kind.parents.includes("repository")
      ? { ...workspace, repository }
      : workspace;
  return check(kind, {}, { ...places, ...args }).issues.map(
    ({ path, message }) => `${path.join(".")} ${message}`,
  );
}

const whole = publicKey(1);
const [type = "", data = ""] = whole.split(" ");
const bytes = Buffer.from(data, "base64");
const cut = (length: number) => `${type} ${bytes.subarray(0, length).toString("base64")}`;
const rsa = Buffer.concat(
  ["ssh-rsa", "\u0001\u0000\u0001", "n".repeat(257)].flatMap((part) => {
    const text = Buffer.from(part, "latin1");
    const length = Buffer.alloc(4);
    length.writeUInt32BE(text.length);
    return [length, text];
  }),
);

test.each([
  ["an Ed25519 key without its last bytes", cut(bytes.length - 3)],
  ["an Ed25519 key that ends behind its type", cut(15)],
  [
    "an Ed25519 key with something behind it",
    `${type} ${Buffer.concat([bytes, Buffer.from("more")]).toString("base64")}`,
  ],
  ["an RSA key that is cut short", `ssh-rsa ${rsa.subarray(0, 200).toString("base64")}`],
  ["an RSA key without its modulus", `ssh-rsa ${rsa.subarray(0, 18).toString("base64")}`],
])("%s is no public key", (_what, key) => {
  for (const [kind, args] of [
    [all.sshKey, { key }],
    [all.deployKey, { key }],
    [all.pipelineKnownHost, { hostname: "git.example.com", publicKey: key }],
  ] as const)
    expect(problems(kind, args)).toEqual([expect.stringMatching(/^(key|publicKey) is truncated or damaged/)]);
});

test("whole keys of every type pass", () => {
  expect(problems(all.sshKey, { key: `${whole} jo@laptop` })).toEqual([]);
  expect(problems(all.sshKey, { key: `ssh-rsa ${rsa.toString("base64")}` })).toEqual([]);
});

const at = (cronPattern: string) => problems(all.pipelineSchedule, { branch: "main", cronPattern });

test.each([
  ["0 0 99 * * ? *", /"99" for the hour, field 3 of 7: that is a number from 0 to 23/],
  ["60 0 1 * * ? *", /"60" for the second/],
  ["0 60 1 * * ? *", /"60" for the minute/],
  ["0 0 1 32 * ? *", /"32" for the day of the month/],
  ["0 0 1 0 * ? *", /"0" for the day of the month/],
  ["0 0 1 ? 13 * *", /"13" for the month/],
  ["0 0 1 ? * 8 *", /"8" for the day of the week/],
  ["0 0 1 ? * MON,FUN *", /"FUN" for the day of the week/],
  ["0 0 1-30 * * ? *", /"1-30" for the hour/],
  ["0 */0 1 * * ? *", /for the minute/],
  ["0 0 1 * * ? 12", /"12" for the year/],
  ["0 0 1 * *", /must have seven fields/],
])("a schedule %s is refused", (pattern, message) => {
  expect(at(pattern)).toEqual([expect.stringMatching(message)]);
});

test.each([
  "0 0 12 * * ? *",
  "0 0/15 8-18 ? * MON-FRI *",
  "0 0 2 L * ? *",
  "0 0 2 15W * ? 2027-2030",
  "0 0 2 ? JAN,jul 6L *",
  "0 0 2 ? * 2#1 *",
  "0 */5 22-4 ? * fri-mon *",
])("a schedule %s passes", (pattern) => expect(at(pattern)).toEqual([]));

const host = (hostname: string) => problems(all.pipelineKnownHost, { hostname, publicKey: whole });

test.each([
  ["git.example.com:2222", /must be written \[git\.example\.com\]:2222/],
  ["ssh://git.example.com", /must be a host,/],
  ["git@git.example.com", /must be a host,/],
  ["git.example.com/repo", /must be a host,/],
  ["[git.example.com]:99999", /has the port 99999/],
])("a known host %s is refused", (hostname, message) =>
  expect(host(hostname)).toEqual([expect.stringMatching(message)]),
);

test.each(["git.example.com", "[git.example.com]:2222", "192.0.2.7", "2001:db8::7", "[2001:db8::7]:22"])(
  "a known host %s passes",
  (hostname) => expect(host(hostname)).toEqual([]),
);

const hook = (url: string, events = ["repo:push"]) => problems(all.webhook, { url, events });

test.each([
  "http://localhost/hook",
  "http://127.0.0.1:8080",
  "https://10.1.2.3/",
  "https://172.31.0.1/",
  "https://192.168.1.1/",
  "https://169.254.169.254/latest",
  "https://[::1]/",
  "https://[fd00::1]/",
  "https://jenkins/hook",
  "https://jenkins.local/hook",
  "https://ci.corp./hook",
])("a webhook to %s is refused", (url) =>
  expect(hook(url)).toEqual([
    expect.stringMatching(/^url must be a public address: Bitbucket does not accept /),
  ]),
);

test.each([
  "https://ci.example.com/hook",
  "https://8.8.8.8/",
  "https://[2606:4700::1111]/",
  "https://localhost.example.com/",
])("a webhook to %s passes", (url) => expect(hook(url)).toEqual([]));

test("an event that is named twice is refused, at the second place", () => {
  expect(hook("https://ci.example.com/", ["repo:push", "repo:fork", "repo:push"])).toEqual([
    "events.2 names repo:push a second time",
  ]);
});

test("project keys may hold small letters", () => {
  for (const key of ["plat", "Plat_2"]) expect(problems(all.project, { key, name: "x" })).toEqual([]);
  for (const key of ["2plat", "pl-at", "_plat"])
    expect(problems(all.project, { key, name: "x" })).toHaveLength(1);
});

test("what zod says by itself reaches nobody", () => {
  const texts = [
    problems(all.branchRestriction, {
      kind: "force",
      pattern: "main",
      value: -1.5,
      users: "x",
      groups: [""],
    }),
    problems(all.branchingModel, {
      development: "main",
      branchTypes: [{ kind: "x", more: 1 }],
      production: { name: 5 },
    }),
    problems(all.webhook, { url: 5, events: "repo:push", active: "yes" }),
    problems(all.pipelineVariable, { key: "A", value: {} }),
  ].flat();
  expect(texts.length).toBeGreaterThan(8);
  for (const text of texts)
    expect(text).not.toMatch(/Invalid|expected|Too (small|big)|Unrecognized|received/);
  expect(texts).toContain("production name must be text");
  expect(texts).toContain("active must be true or false");
  expect(texts).toContain("value must be a whole number");
  expect(texts).toContain("groups.0 must have at least 1 character");
});
