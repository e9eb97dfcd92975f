/** The file that `init pipelines` writes, validated against the JSON Schema that Atlassian publishes. */
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Ajv from "ajv";
import { parse } from "yaml";
import { choosePreview, mergeHints } from "../../src/cli/init/pipelines";
import { backends, type PipelinesOptions, pipelinesFile } from "../../src/cli/init/pipelinesFile";
import { loadStack } from "../../src/desired";

const schema = JSON.parse(
  readFileSync(join(__dirname, "fixtures", "bitbucket-pipelines.schema.json"), "utf8"),
);
const check = new Ajv({ strict: false, allErrors: true }).compile(schema);

const usual: PipelinesOptions = {
  stack: "acme",
  shards: ["acme"],
  branch: "main",
  environment: "Production",
  backend: "s3",
  folder: "",
  preview: "full",
};

interface Step {
  readonly name: string;
  readonly script: readonly string[];
  readonly [key: string]: unknown;
}

/** All steps of a pipeline, including those of parallel groups. */
function stepsOf(items: readonly Record<string, unknown>[]): Step[] {
  return items.flatMap((item) => {
    if ("step" in item) return [item.step as Step];
    const { steps } = item.parallel as { steps: Record<string, unknown>[] };
    return stepsOf(steps);
  });
}

const manyShards = Array.from({ length: 250 }, (_, index) => `acme.P${index}`);

const variants: [string, Partial<PipelinesOptions>][] = [
  ...backends.flatMap((backend): [string, Partial<PipelinesOptions>][] => [
    [backend, { backend }],
    [
      `${backend}, shards, a folder`,
      { backend, shards: ["acme", "acme.PLAT", "acme.DATA"], folder: "infra" },
    ],
  ]),
  ["more shards than steps", { shards: ["acme", ...manyShards] }],
  ["only what changes", { preview: "changed" }],
  ["only what changes, shards", { preview: "changed", shards: ["acme", "acme.PLAT"], folder: "infra" }],
  ["a folder", { folder: "infra/bit bucket" }],
  ["odd names", { branch: "release/1.0", environment: "On: 'call'", stack: "yes" }],
];

test.each(variants)("is as the schema says: %s", (_name, options) => {
  const file = parse(pipelinesFile({ ...usual, ...options }));
  check(file);
  expect(check.errors ?? []).toEqual([]);
  // The schema allows unknown keys of a step.
  const known = Object.keys(schema.definitions.step_base.properties);
  const { pipelines } = file;
  const each = [pipelines["pull-requests"], pipelines.branches, pipelines.custom].flatMap((group) =>
    Object.values(group).map((items) => stepsOf(items as Record<string, unknown>[])),
  );
  // https://support.atlassian.com/bitbucket-cloud/docs/limitations-of-bitbucket-pipelines/
  for (const steps of each) expect(steps.length).toBeLessThanOrEqual(100);
  for (const step of each.flat()) {
    expect(known).toEqual(expect.arrayContaining(Object.keys(step)));
    const lines = [...step.script, ...((step["after-script"] as string[] | undefined) ?? [])];
    // Branch names and pull request titles come from other people: none is passed to a shell.
    const variables = lines.flatMap((line) => line.match(/\$\{?\w+/g) ?? []);
    for (const name of variables)
      expect([
        "$BITBUCKET_EXIT_CODE",
        "$BITBUCKET_STEP_OIDC_TOKEN",
        "$AWS_WEB_IDENTITY_TOKEN_FILE",
      ]).toContain(name);
    // Without --no, a package that "npm ci" has not installed would come from the registry.
    for (const line of lines) if (line.includes("npx")) expect(line).toMatch(/npx --no bitbucket-as-code /);
    expect(Boolean(step.oidc)).toBe(lines.some((line) => line.includes("OIDC")));
    for (const cache of step.caches as string[])
      expect(Object.keys(file.definitions.caches)).toContain(cache);
  }
});

test("the schema does refuse what is wrong", () => {
  const file = parse(pipelinesFile(usual));
  file.pipelines.branches.main[1].step.trigger = "sometimes";
  expect(check(file)).toBe(false);
});

test("every shard is in one step, however many there are", () => {
  const { pipelines } = parse(pipelinesFile({ ...usual, shards: ["acme", ...manyShards] }));
  const [, group] = pipelines["pull-requests"]["**"];
  const scripts = stepsOf(group.parallel.steps).map(({ script }) => script.at(-1) ?? "");
  const only = scripts.flatMap(
    (line) => /--only (.*) --out plans\/[\w.-]+\.json$/.exec(line)?.[1]?.split(" ") ?? [],
  );
  expect(only).toEqual(["acme", ...manyShards]);
  expect(new Set(scripts.map((line) => line.split(" --out ")[1])).size).toBe(scripts.length);
});

test("where only what changes is previewed, main gets a plan of everything, and so does every night", () => {
  const { pipelines } = parse(pipelinesFile({ ...usual, preview: "changed" }));
  const scriptsOf = (items: readonly Record<string, unknown>[]) =>
    stepsOf(items).flatMap(({ script }) => script.filter((line) => /(preview|up|report|pull) /.test(line)));
  const tool = "npx --no bitbucket-as-code";
  expect(scriptsOf(pipelines["pull-requests"]["**"])).toEqual([
    `${tool} preview acme --changed --json > preview.json`,
    `${tool} report preview.json --stack acme`,
  ]);
  expect(scriptsOf(pipelines.branches.main)).toEqual([
    `${tool} preview acme --out plan.json`,
    `${tool} up acme --plan plan.json`,
  ]);
  expect(scriptsOf(pipelines.custom.preview)).toEqual([
    `${tool} preview acme --json > preview.json`,
    `${tool} report preview.json --stack acme --insights --status`,
  ]);
  expect(parse(pipelinesFile(usual)).pipelines.custom.preview).toBeUndefined();
});

test("the choice is by the requests of a full preview", async () => {
  const folder = mkdtempSync(join(tmpdir(), "pipelines-"));
  const stackOf = async (repositories: number) => {
    const each = Array.from(
      { length: repositories },
      (_, index) =>
        `  r${index}: { project: P, variables: { A: "1" }, branchRestrictions: { f: { kind: force, pattern: main } } }`,
    );
    const text = `workspace: acme\nprojects: { P: { name: P } }\nrepositories:\n${each.join("\n")}\n`;
    const file = join(folder, `s${repositories}.yaml`);
    writeFileSync(file, text);
    return loadStack(file);
  };
  // Two collections for each repository.
  expect(choosePreview(await stackOf(40), 1_000)).toBe("full");
  expect(choosePreview(await stackOf(60), 1_000)).toBe("changed");
  expect(choosePreview(await stackOf(60), 10_000)).toBe("full");
});

test("a plan is kept before it is told, and a step that fails takes the earlier one back", () => {
  const { pipelines } = parse(pipelinesFile({ ...usual, folder: "infra" }));
  const steps = stepsOf(pipelines["pull-requests"]["**"]);
  expect(steps.at(-1)?.script.slice(-2)).toEqual([
    "npx --no bitbucket-as-code plan push plan.json",
    "npx --no bitbucket-as-code report plan.json",
  ]);
  for (const step of steps)
    expect(step["after-script"]).toEqual([
      "cd infra",
      '[ "$BITBUCKET_EXIT_CODE" = 0 ] || npx --no bitbucket-as-code report --failed-plan acme',
    ]);
  expect(stepsOf(pipelines.custom.drift)[0]?.["after-script"]).toContain(
    '[ "$BITBUCKET_EXIT_CODE" = 0 ] || npx --no bitbucket-as-code report --failed-drift acme --insights --status',
  );
});

test("a preview that fails is told with its reasons, if it has printed any", () => {
  const { pipelines } = parse(pipelinesFile({ ...usual, preview: "changed" }));
  const failed = (at: string) => [
    `[ "$BITBUCKET_EXIT_CODE" = 0 ] || npx --no bitbucket-as-code report preview.json --stack acme${at} || ` +
      `npx --no bitbucket-as-code report --failed-plan acme${at}`,
  ];
  expect(stepsOf(pipelines["pull-requests"]["**"]).at(-1)?.["after-script"]).toEqual(failed(""));
  expect(stepsOf(pipelines.custom.preview)[0]?.["after-script"]).toEqual(failed(" --insights --status"));
});

test("an apply waits for somebody, in a deployment, and comes after a plan that is handed on", () => {
  const { pipelines } = parse(pipelinesFile({ ...usual, environment: "Live" }));
  for (const pipeline of [pipelines.branches.main, pipelines.custom["apply-unreviewed"]]) {
    const [first, second] = stepsOf(pipeline);
    expect(first).toMatchObject({ artifacts: ["plan.json"] });
    // Bitbucket does not allow the first step of a pipeline to wait.
    expect(first?.trigger).toBeUndefined();
    expect(second).toMatchObject({ trigger: "manual", deployment: "Live", oidc: true });
    expect(second?.script).toContain("npx --no bitbucket-as-code up acme --plan plan.json");
    // The credentials of OIDC hold for an hour.
    expect(second?.["max-time"]).toBe(55);
  }
});

test("no step is longer than its credentials hold, and the longest is as long as Bitbucket allows", () => {
  const stepsWith = (backend: PipelinesOptions["backend"]) => {
    const { pipelines } = parse(pipelinesFile({ ...usual, backend }));
    return [pipelines["pull-requests"], pipelines.branches, pipelines.custom].flatMap((group) =>
      Object.values(group).flatMap((items) => stepsOf(items as Record<string, unknown>[])),
    );
  };
  for (const step of stepsWith("s3")) if (step.oidc) expect(step["max-time"]).toBeLessThan(60);
  const others = stepsWith("pulumi-cloud").flatMap((step) => (step["max-time"] ? [step["max-time"]] : []));
  expect(others).toEqual([720, 720]);
});

test("the drift step fails where the credential may not read something", () => {
  const { pipelines } = parse(pipelinesFile(usual));
  expect(stepsOf(pipelines.custom.drift)[0]?.script.join("\n")).toMatch(/ drift acme .*--strict/);
});

test("shards are previewed side by side, and their plans meet in the next step", () => {
  const { pipelines } = parse(pipelinesFile({ ...usual, shards: ["acme", "acme.PLAT"] }));
  const [, group, join] = pipelines["pull-requests"]["**"];
  expect(stepsOf(group.parallel.steps).map(({ name }) => name)).toEqual([
    "Plan for acme",
    "Plan for acme.PLAT",
  ]);
  expect(stepsOf(group.parallel.steps)[1]).toMatchObject({ artifacts: ["plans/*.json"] });
  expect(join.step.script.join("\n")).toMatch(
    /plan join acme plans\/\*\.json --out plan\.json\n.* plan push plan\.json\n.* report plan\.json/,
  );
});

test("a project in a folder is gone to, and its artifacts are named from the top", () => {
  const { pipelines, definitions } = parse(pipelinesFile({ ...usual, folder: "infra" }));
  const [first] = stepsOf(pipelines.branches.main);
  expect(first?.script[0]).toBe("cd infra");
  expect(first?.artifacts).toEqual(["infra/plan.json"]);
  expect(definitions.caches.npm.key.files).toEqual(["infra/package-lock.json"]);
});

test("what a file that is there lacks is told place by place", () => {
  const there = "pipelines:\n  branches:\n    main:\n      - step: { script: [make] }\n";
  expect(mergeHints(there, pipelinesFile(usual))).toEqual([
    "definitions: caches: pulumi-engine: add it",
    "definitions: caches: npm: add it",
    "pipelines: pull-requests: **: add it",
    "pipelines: branches: main: exists: add the new steps to it, or remove it",
    "pipelines: custom: drift: add it",
    "pipelines: custom: apply-unreviewed: add it",
  ]);
});
