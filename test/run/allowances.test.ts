/** The shards that may be deleted with everything they hold. */
import { keyOf } from "../../src/desired";
import type { ResourceChange } from "../../src/pulumi/events";
import type { ShardOutcome } from "../../src/pulumi/operate";
import { computeAllowances, describeNothingDeclared } from "../../src/run/allowances";
import { load, removeFolders } from "../desired/support/folder";

afterEach(removeFolders);

const yaml = (projects: readonly string[]) =>
  `workspace: acme\nshards: { by: project }\nprojects:\n${projects
    .map((key) => `  ${key}: { name: ${key} }\n`)
    .join(
      "",
    )}repositories:\n${projects.flatMap((key) => [1, 2, 3].map((index) => `  ${key.toLowerCase()}${index}: { project: ${key} }\n`)).join("")}`;

async function allowances(before: readonly string[], after: readonly string[], config: object = {}) {
  const was = await load(yaml(before));
  const held = new Map(
    before.map((shard) => [
      shard,
      was.resources
        .filter(({ name, args }) => name === shard || args.project === shard)
        .map((resource) => ({ urn: `urn ${keyOf(resource)}`, key: keyOf(resource), id: resource.name })),
    ]),
  );
  let reads = 0;
  const found = await computeAllowances(await load(yaml(after)), held, [], async () => {
    reads += 1;
    return new Map(Object.entries(config));
  });
  return { found: [...found], reads };
}

test("a shard that is wanted no more may go, as far as the whole stack allows it", async () => {
  const five = ["A", "B", "C", "D", "E"];
  expect(await allowances(five, five)).toEqual({ found: [], reads: 0 });
  expect(await allowances(five, five.slice(1))).toEqual({ found: [["A", 4]], reads: 1 });
  // Eight of twenty are more than 30 %.
  expect((await allowances(five, five.slice(2))).found).toEqual([]);
  expect((await allowances(five, five.slice(1), { "bitbucket:maxDeletions": "3" })).found).toEqual([]);
  expect((await allowances(["A"], ["B"])).found).toEqual([]);
});

test("a run that deletes all, while the YAML declares something, has run another program", () => {
  const change = (operation: ResourceChange["operation"]): ResourceChange => ({
    operation,
    kind: "Webhook",
    name: "ci",
    fields: [],
  });
  const outcome = (changes: ResourceChange[], unchanged = 0): ShardOutcome => ({
    stack: "acme",
    succeeded: true,
    changes,
    unchanged,
    messages: [],
    seconds: 1,
    live: {},
  });
  expect(describeNothingDeclared(outcome([change("delete")]), 1)).toMatchObject({
    succeeded: false,
    messages: [
      { severity: "error", text: expect.stringMatching(/^The program declares none of the resources/) },
    ],
  });
  for (const [fine, declares] of [
    [outcome([change("delete")]), 0],
    [outcome([change("delete")], 1), 1],
    [outcome([change("delete"), change("create")]), 1],
    [outcome([]), 1],
  ] as const)
    expect(describeNothingDeclared(fine, declares)).toBe(fine);
});
