/** Comparisons of rare states of a workspace. */
import { fingerprintOf } from "../../src/drift";
import { FilterError, findMisses, type SelectableResource } from "../../src/drift/select";
import { toShownValue, toShownValues } from "../../src/drift/shownValue";
import { pipelinesConfig, pipelineVariable, repository, webhook } from "../../src/kinds";
import { digestOf } from "../../src/model/canonical";
import { isEncrypted, secretFieldsIn } from "../../src/model/secrets";
import { diffThreeWays } from "../../src/model/threeWay";
import { unknownValue } from "../../src/model/unknown";

const sealed = { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", ciphertext: "v1:x" };
const hook = { workspace: "acme", repository: "{r}", url: "https://ci.example.com/", events: ["repo:push"] };
const full = { ...hook, description: "", active: true, skipCertVerification: false };

test("a field that somebody changed to what YAML says by now is nothing to report", () => {
  const live = { ...hook, active: false };
  const found = diffThreeWays({
    kind: webhook,
    last: hook,
    refreshed: live,
    live,
    desired: { ...full, active: false },
  });
  expect(found).toMatchObject({ drifted: [], pending: [], operation: undefined });
});

test("both sides changed one field, and each another", () => {
  const live = { ...hook, url: "https://a.example.com/", events: ["issue:created"] };
  const desired = { ...full, url: "https://b.example.com/", active: false };
  expect(diffThreeWays({ kind: webhook, last: hook, refreshed: live, live, desired })).toMatchObject({
    drifted: ["url", "events"],
    pending: ["active"],
    conflicts: ["url"],
    operation: "update",
  });
});

test("a secret is compared by whether it is there, and never by what it is", () => {
  const last = { ...hook, secret: sealed };
  const desired = { ...full, secret: unknownValue };
  const kept = diffThreeWays({ kind: webhook, last, refreshed: last, live: hook, desired });
  expect(kept).toMatchObject({ drifted: [], pending: [], operation: undefined });
  expect([...kept.undetectable.keys()]).toEqual(["secret"]);
  const lost = { kind: webhook, last, refreshed: hook, live: hook };
  expect(diffThreeWays({ ...lost, desired })).toMatchObject({ drifted: ["secret"], operation: "update" });
  // Not supplied yet: it cannot be recreated, but it is gone all the same.
  expect(diffThreeWays({ ...lost, desired: full })).toMatchObject({
    drifted: ["secret"],
    operation: undefined,
  });
  const wanted = diffThreeWays({ kind: webhook, last: hook, refreshed: hook, live: hook, desired });
  expect(wanted).toMatchObject({ drifted: [], pending: ["secret"], operation: "update" });
});

test("what came from where secrets come from is compared with what is wanted, for what was applied is encrypted", () => {
  const last = { ...hook, url: sealed };
  const found = (url: string, desired: string) =>
    diffThreeWays({
      kind: webhook,
      last,
      refreshed: { ...hook, url },
      live: { ...hook, url },
      desired: { ...full, url: desired },
    });
  expect(found(hook.url, hook.url)).toMatchObject({ drifted: [], pending: [], undetectable: new Map() });
  expect(found("https://other.example.com/", hook.url)).toMatchObject({
    drifted: ["url"],
    pending: [],
    operation: "update",
  });
  // Without its source, nothing is known.
  const unknown = found("https://other.example.com/", unknownValue);
  expect(unknown).toMatchObject({ drifted: [], pending: [], operation: undefined });
  expect([...unknown.undetectable.keys()]).toEqual(["url"]);
});

test("a number that the API never shows is compared between YAML and the last apply", () => {
  const last = { workspace: "acme", repository: "{r}", nextBuildNumber: 10 };
  const desired = { ...last, enabled: true, nextBuildNumber: 20 };
  const found = diffThreeWays({
    kind: pipelinesConfig,
    last,
    refreshed: last,
    live: { enabled: true },
    desired,
  });
  expect(found).toMatchObject({ pending: ["nextBuildNumber"], operation: "update" });
});

test("a field that could not be read is neither drifted nor pending", () => {
  const last = { workspace: "acme", name: "api", pipelinesEnabled: true };
  const { pipelinesEnabled: _, ...refreshed } = last;
  const desired = { ...last, pipelinesEnabled: false, description: "", isPrivate: true, deletion: "forbid" };
  const unread = new Map([["pipelinesEnabled", "needs a scope"]]);
  const found = diffThreeWays({ kind: repository, last, refreshed, live: refreshed, desired, unread });
  expect(found).toMatchObject({ drifted: [], pending: [], operation: undefined });
  expect([...found.undetectable]).toEqual([["pipelinesEnabled", "needs a scope"]]);
});

test("what was secret when it was applied stays so, though it lies open on the server", () => {
  const last = { key: "A", secured: true, value: sealed };
  expect([...secretFieldsIn(pipelineVariable, last, { key: "A", secured: false, value: "open" })]).toEqual([
    "value",
  ]);
  expect([...secretFieldsIn(pipelineVariable, { key: "A", value: "open" })]).toEqual([]);
  expect(isEncrypted({ deep: [sealed] })).toBe(true);
  expect(toShownValue("open", true)).toBe("[secret]");
  expect(String(toShownValue("x".repeat(9000), false))).toMatch(
    /^x{4000}… \(9000 characters, checksum [0-9a-f]{8}\)$/,
  );
});

test("of long texts, the part is shown in which they differ", () => {
  const lines = Array.from({ length: 900 }, (_, index) => `line ${index} of the file`);
  const last = lines.join("\n");
  const live = last.replace("line 700 of", "line 700 that somebody changed, of");
  const { last: before, live: now } = toShownValues({ last, live, desired: undefined }, false);
  expect(now).toContain("line 700 that somebody changed");
  expect(before).toContain("line 700 of the file");
  expect(String(now).length).toBeLessThan(4_200);
  // The shorter value is cut at the same place, so that lines can be compared.
  const short = toShownValues({ last, live: lines.slice(0, 180).join("\n") }, false);
  expect(String(short.live).split("\n")[1]).toBe(String(short.last).split("\n")[1]);
  // A lone surrogate is not a character.
  const faces = "😀".repeat(3_000);
  for (const text of Object.values(toShownValues({ last: `a${faces}`, live: `a${faces}b` }, false)))
    expect(String(text)).not.toMatch(/\p{Cs}/u);
  expect(toShownValues({ last, live }, true)).toEqual({ last: "[secret]", live: "[secret]" });
});

test("texts that are cut and differ elsewhere are not the same for that", () => {
  const long = "x".repeat(20_000);
  expect(toShownValue({ a: `${long}1` }, false)).not.toEqual(toShownValue({ a: `${long}2` }, false));
});

describe("a pattern that fits nothing", () => {
  const all: SelectableResource[] = [
    { kind: "Project", project: "PLAT", repositories: [] },
    { kind: "Repository", project: "PLAT", repositories: ["Api", "api"] },
    { kind: "Webhook", project: "PLAT", repositories: ["Api", "api"] },
    { kind: "Repository", project: "SHOP", repositories: ["web"] },
  ];

  test("is no proof that nothing has drifted: it is a mistake, with what there is", () => {
    const of = (filter: Parameters<typeof findMisses>[0]) => () => findMisses(filter, all);
    expect(of({ repositories: ["svc-*"] })).toThrow(FilterError);
    expect(of({ repositories: ["svc-*"] })).toThrow(
      'No repository of the stack matches "svc-*". It has Api, api, web.',
    );
    expect(of({ projects: ["PLATT", "!SHOP"] })).toThrow(
      'No project of the stack matches "PLATT": did you mean PLAT? It has PLAT, SHOP.',
    );
    expect(of({ projects: ["SHOP"], repositories: ["api"] })).toThrow("the filter.");
    expect(of({ repositories: ["!*"] })).toThrow("the filter.");
  });

  test("is told where others fit", () => {
    expect(
      findMisses({ repositories: ["api", "wep", "!old-*"], kinds: ["webhooks", "GpgKey"] }, all),
    ).toEqual([
      'No repository of the stack matches "wep": did you mean web?',
      'No repository of the stack matches "!old-*".',
      'No resources of type "GpgKey" match the filter.',
    ]);
    expect(findMisses({ repositories: ["a*"], projects: ["PLAT"], kinds: ["Webhook"] }, all)).toEqual([]);
    expect(findMisses({}, [])).toEqual([]);
  });
});

test("the fingerprint is another as soon as something live is, and no sooner", () => {
  const api = { key: "Repository api", id: "{1}", values: { name: "api", isPrivate: true } };
  const ci = { key: "Webhook api:ci", id: "{2}", values: { events: ["a", "b"] } };
  const usual = fingerprintOf([api, ci]);
  expect(fingerprintOf([ci, { ...api, values: { isPrivate: true, name: "api" } }])).toBe(usual);
  for (const other of [
    [api, { ...ci, values: { events: ["a"] } }],
    [api, { ...ci, id: "{3}" }],
    [api, { key: ci.key }],
    [api, { key: ci.key, unreadable: true }],
    [api],
  ])
    expect(fingerprintOf(other)).not.toBe(usual);
  expect(digestOf({ a: undefined, b: 1 })).toBe(digestOf({ b: 1 }));
  expect(digestOf(["1"])).not.toBe(digestOf([1]));
});
