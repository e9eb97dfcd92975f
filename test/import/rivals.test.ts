/** What took the name of something declared, after that was renamed in Bitbucket, is not taken for it. */
import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DesiredResource, loadStack } from "../../src/desired";
import { declareObjects } from "../../src/import/declare";
import { findDeclared } from "../../src/import/existing";
import { repository, webhook } from "../../src/kinds";
import type { Kind, Properties } from "../../src/kinds/kind";
import type { SurveyedObject } from "../../src/live";

function live(kind: Kind, id: string, args: Properties, owner?: SurveyedObject): SurveyedObject {
  return { kind, at: { workspace: "acme" }, owner, found: { id, args, outputs: {} } };
}

const yaml = `workspace: acme
repositories:
  api:
    webhooks:
      ci: { url: https://ci.example.com/hook, events: [repo:push] }
`;

async function importBeside(objects: readonly SurveyedObject[], ids: Readonly<Record<string, string>>) {
  const file = join(mkdtempSync(join(tmpdir(), "rivals-")), "acme.yaml");
  writeFileSync(file, yaml);
  const idOf = ({ name }: DesiredResource) => ids[name];
  const declared = findDeclared(await loadStack(file), objects, new Map(), idOf);
  const { declarations, omitted } = declareObjects(objects, { secrets: "config", declared });
  return {
    declared: declarations.filter((one) => one.isDeclared).map((one) => one.live),
    fresh: declarations.filter((one) => !one.isDeclared).map((one) => one.live),
    omitted,
  };
}

const hook = { url: "https://ci.example.com/hook", events: ["repo:push"], description: "ci", active: true };
const renamed = live(repository, "{1}", { name: "gateway", slug: "gateway" });
const another = live(repository, "{2}", { name: "api", slug: "api" });
const theirHook = live(webhook, "{3}", { ...hook, url: "https://theirs.example.com/" }, another);

test("a repository that took the name of a renamed one is left out with what is in it, with the reason", async () => {
  const { declared, fresh, omitted } = await importBeside([renamed, another, theirHook], { api: "{1}" });
  expect(declared).toEqual([renamed]);
  expect(fresh).toEqual([]);
  expect(omitted).toEqual([
    {
      live: another,
      reason: expect.stringMatching(/^repositories\.api in .*acme\.yaml:3 has the same slug/),
    },
  ]);
});

test("it is not taken for the declared one either where only it is imported", async () => {
  const { declared, fresh, omitted } = await importBeside([another, theirHook], { api: "{1}" });
  expect([...declared, ...fresh]).toEqual([]);
  expect(omitted.map((one) => one.live)).toEqual([another]);
});

test("a webhook at the URL that somebody has changed is left out, and a recreated one counts as declared", async () => {
  const changed = live(webhook, "{4}", { ...hook, url: "https://new.example.com/" }, renamed);
  const beside = live(webhook, "{5}", hook, renamed);
  const ids = { api: "{1}", "api:ci": "{4}" };
  const both = await importBeside([renamed, changed, beside], ids);
  expect(both.declared).toEqual([renamed, changed]);
  expect(both.omitted.map((one) => one.live)).toEqual([beside]);
  const recreated = await importBeside([renamed, beside], ids);
  expect(recreated.declared).toEqual([renamed, beside]);
  expect(recreated.omitted).toEqual([]);
});
