/** The YAML for any workspace declares exactly its content, in one order. */
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { keyOf, loadStack } from "../../src/desired";
import { declareObjects } from "../../src/import/declare";
import { findDifference } from "../../src/import/difference";
import { findDeclared, nothingDeclared } from "../../src/import/existing";
import { sortByOwner } from "../../src/import/order";
import { SecretPlaceholder } from "../../src/import/tree";
import { writeYaml } from "../../src/import/write";
import * as all from "../../src/kinds";
import type { Kind, Properties } from "../../src/kinds/kind";
import type { SurveyedObject } from "../../src/live";
import { check } from "../../src/model/check";
import { recordObject } from "../../src/pulumi/state";
import { programFiles } from "../../src/scaffold";
import { publicKey } from "../kinds/samples/sample";

jest.setTimeout(120_000);

/** A failure is shown as found: shrinking it takes minutes. */
const runs = { numRuns: Number(process.env.IMPORT_RUNS ?? 50), endOnFailure: true };

const text = fc.oneof(
  fc.constantFrom(
    "",
    "plain",
    "yes",
    "null",
    "1.10",
    "0x1f",
    "# x",
    "a: b",
    "- a",
    "*a",
    "&a",
    "'",
    '"',
    "{a}",
    "~",
    "=",
    "12:30",
    "a\tb",
    " padded ",
    "日本語 🚀",
    "$x",
    "%",
    "<<",
  ),
  fc.string({ unit: "grapheme", maxLength: 20 }),
);
const multiline = fc.oneof(text, fc.constantFrom("a\nb", "a\n", "\n", " a\n b\n", "a\n\n\tb\n\n", "a\r\nb"));
const name = text.filter(
  (value) => value.trim() === value && value !== "" && !/[\p{C}\p{Zl}\p{Zp}]/u.test(value),
);

let ids = 0;
const uuid = () => `{${(++ids).toString(16).padStart(8, "0")}-0000-4000-8000-000000000000}`;
const users = ["{aaaaaaaa-0000-4000-8000-000000000000}", "{bbbbbbbb-0000-4000-8000-000000000000}"];

function live(kind: Kind, args: Properties, owner?: SurveyedObject, id = uuid()): SurveyedObject {
  return { kind, at: { workspace: "acme" }, owner, found: { id, args, outputs: {} } };
}

const variables = fc.uniqueArray(
  fc.record({
    key: fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/),
    value: multiline,
    secured: fc.boolean(),
  }),
  { maxLength: 4, selector: ({ key }) => key },
);
const inRepository = fc.record({
  fields: fc
    .record({
      description: text,
      isPrivate: fc.boolean(),
      forkPolicy: fc.constantFrom("allow_forks", "no_forks", "no_public_forks"),
      language: fc.constantFrom("", "java", "go"),
      mainBranch: fc.option(fc.constantFrom("main", "yes", "release/1.10"), { nil: undefined }),
      pipelinesEnabled: fc.boolean(),
    })
    // A public repository can be forked by everybody.
    .map((fields) => (fields.isPrivate ? fields : { ...fields, forkPolicy: "allow_forks" as const })),
  variables,
  environments: fc.uniqueArray(
    fc.record({
      name: name.filter((one) => one.length < 200),
      type: fc.constantFrom("Test", "Staging", "Production"),
      adminOnly: fc.boolean(),
      variables,
    }),
    { maxLength: 2, selector: (one) => one.name },
  ),
  webhooks: fc.uniqueArray(
    fc.record({
      url: fc.webUrl().map((url) => new URL(url).href),
      description: text,
      active: fc.boolean(),
      events: fc.constantFrom(["repo:push"], ["pullrequest:created", "repo:push"]),
      secret: fc.boolean(),
    }),
    { maxLength: 2, selector: ({ url }) => url },
  ),
  restrictions: fc.uniqueArray(
    fc.record({
      kind: fc.constantFrom("delete", "force", "push"),
      pattern: fc.constantFrom("main", "*", "yes", "release/*", "[x]"),
    }),
    { maxLength: 3, selector: (one) => `${one.kind} ${one.pattern}` },
  ),
  reviewers: fc.subarray(users),
  permissions: fc.subarray(["developers", "no", "1e3"]),
  keys: fc.uniqueArray(fc.nat(200), { maxLength: 2 }),
});

const workspace = fc.record({
  projects: fc.uniqueArray(
    fc.record({ key: fc.stringMatching(/^[A-Z][A-Z0-9_]{1,4}$/), name, description: text }),
    {
      minLength: 1,
      maxLength: 3,
      selector: ({ key }) => key,
    },
  ),
  repositories: fc.uniqueArray(
    fc.record({
      slug: fc.stringMatching(/^[a-z0-9][a-z0-9._-]{0,10}$/),
      name: fc.option(name, { nil: undefined }),
      project: fc.nat(),
      alike: fc.nat(2),
      own: inRepository,
    }),
    { maxLength: 12, selector: ({ slug }) => slug },
  ),
  // Similar repositories, so that there is something to extract into layers.
  molds: fc.tuple(inRepository, inRepository, inRepository),
  variables,
});

function grown({
  projects,
  repositories,
  molds,
  variables: shared,
}: typeof workspace extends fc.Arbitrary<infer T> ? T : never): SurveyedObject[] {
  const objects: SurveyedObject[] = [];
  const add = (...args: Parameters<typeof live>) => {
    const made = live(...args);
    objects.push(made);
    return made;
  };
  const addVariables = (
    list: readonly { key: string; value: string; secured: boolean }[],
    owner?: SurveyedObject,
  ) => {
    for (const { key, value, secured } of list)
      add(all.pipelineVariable, { key, secured, ...(secured ? {} : { value }) }, owner);
  };
  addVariables(shared);
  for (const one of projects) add(all.project, { ...one, isPrivate: false });
  for (const { slug, name: called, project, alike, own } of repositories) {
    const mold = [own, ...molds][alike] ?? own;
    const owner = add(all.repository, {
      slug,
      name: called ?? slug,
      project: projects[project % projects.length]?.key,
      website: "",
      ...mold.fields,
    });
    addVariables(mold.variables, owner);
    for (const { variables: inside, ...environment } of mold.environments)
      addVariables(inside, add(all.deploymentEnvironment, environment, owner));
    for (const { secret, ...hook } of mold.webhooks)
      objects.push({
        ...live(all.webhook, { ...hook, skipCertVerification: false }, owner),
        found: { id: uuid(), args: { ...hook, skipCertVerification: false }, outputs: { secretSet: secret } },
      });
    for (const restriction of mold.restrictions)
      add(all.branchRestriction, { ...restriction, users: [], groups: [] }, owner, String(++ids));
    for (const user of mold.reviewers) add(all.defaultReviewer, { user }, owner, user);
    for (const group of mold.permissions)
      add(all.repositoryGroupPermission, { group, permission: "write" }, owner, group);
    for (const key of mold.keys)
      add(all.deployKey, { key: publicKey(key), label: key % 2 ? `no ${key}` : "" }, owner, String(++ids));
  }
  return objects;
}

async function write(root: string, objects: readonly SurveyedObject[]) {
  const found = ["stacks/acme", "stacks/acme.yaml"].map((path) => join(root, path)).find(existsSync);
  const replaced = found?.endsWith(".yaml") && readFileSync(found, "utf8") === starter ? found : undefined;
  const place = replaced === undefined ? found : undefined;
  const before = place === undefined ? undefined : await loadStack(place);
  const sorted = sortByOwner(objects);
  const declared = before ? findDeclared(before, sorted, new Map()) : nothingDeclared;
  const { declarations: all, omitted } = declareObjects(sorted, { secrets: "config", declared });
  const output = await writeYaml({
    root,
    stack: "acme",
    existing: place,
    replaced,
    files: before?.files ?? [],
    declared: new Set(before?.resources.map(keyOf)),
    workspace: "acme",
    declarations: all,
    objects: sorted,
    notes: new Map([[users[0] ?? "", "Alice # Archer"]]),
    remarks: [],
    resolve: async () => new Map(),
  });
  output.save();
  return { ...output, written: all, leftOut: omitted };
}

function textIn(root: string): string {
  const folder = join(root, "stacks");
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => `${entry.name}\n${readFileSync(join(entry.parentPath, entry.name), "utf8")}`)
    .sort()
    .join("\n");
}

/** What `init` writes, which declares nothing. */
const starter = programFiles({ workspace: "acme", language: "yaml" }).get("stacks/acme.yaml") ?? "";

function writeStarter(root: string): void {
  mkdirSync(join(root, "stacks"));
  writeFileSync(join(root, "stacks/acme.yaml"), starter);
}

const folder = () => mkdtempSync(join(tmpdir(), "round-trip-"));

const nameOf = ({ kind, found, owner }: SurveyedObject): unknown => [
  kind.name,
  found,
  owner && nameOf(owner),
];

/**
 * Everything declared exists as declared, and everything that exists is declared, or was omitted with a
 * reason.
 */
function expectSame(
  { desired, matches, args, written: all, leftOut }: Awaited<ReturnType<typeof write>>,
  objects: readonly SurveyedObject[],
) {
  expect(desired.resources.filter((resource) => !matches.has(resource)).map(keyOf)).toEqual([]);
  const covered = new Set([...matches.values(), ...leftOut.map(({ live: left }) => left)]);
  const isGone = (one: SurveyedObject | undefined): boolean =>
    one !== undefined && (leftOut.some(({ live: left }) => left === one) || isGone(one.owner));
  expect(objects.filter((one) => !covered.has(one) && !isGone(one)).map(nameOf)).toEqual([]);
  for (const [resource, { found }] of matches) {
    const { inputs } = check(
      resource.kind,
      {},
      { workspace: "acme", repository: "x", ...(args.get(resource) ?? resource.args) },
    );
    // Nothing that an import writes itself counts as different: all of it goes into the state.
    const shown = { unknown: new Map(), adoptAll: false };
    expect(
      findDifference(resource.kind, inputs, { ...live(resource.kind, {}), found }, shown),
    ).toBeUndefined();
    // The state holds the declared objects as they are on the server: then a preview is empty.
    const { inputs: held } = recordObject(resource.kind, inputs, found, { resolved: inputs });
    for (const [field, value] of Object.entries(resource.args)) {
      if (
        JSON.stringify(value).includes('"fromConfig"') ||
        (typeof value === "object" && value !== null && "source" in value)
      )
        continue;
      expect({ [field]: held[field] }).toEqual({ [field]: inputs[field] });
      if (found.args[field] !== undefined)
        expect({ name: resource.name, [field]: inputs[field] }).toEqual({
          name: resource.name,
          [field]: found.args[field],
        });
    }
  }
  for (const one of all)
    expect(
      Object.values(one.fields).filter((value) => value instanceof SecretPlaceholder && value.name === ""),
    ).toEqual([]);
}

test("what is written declares what is there, the same whatever order the server answers in", async () => {
  await fc.assert(
    fc.asyncProperty(workspace, fc.nat(), async (plan, seed) => {
      const objects = grown(plan);
      const root = folder();
      expectSame(await write(root, objects), objects);
      const shuffled = [...objects].sort((a, b) => hash(a, seed) - hash(b, seed));
      const other = folder();
      // In a project from "init", it is the same.
      if (seed % 2 === 0) writeStarter(other);
      await write(other, shuffled);
      expect(textIn(other)).toBe(textIn(root));
      // A second time there is nothing to add.
      expect((await write(root, shuffled)).files).toEqual([]);
    }),
    runs,
  );
});

test("a large workspace becomes a folder, also in a project from init", async () => {
  const root = folder();
  writeStarter(root);
  const repositories = Array.from({ length: 41 }, (_, index) =>
    live(all.repository, { name: `r${index}`, slug: `r${index}`, project: "BIG", isPrivate: true }),
  );
  const objects = [live(all.project, { key: "BIG", name: "Big", isPrivate: true }), ...repositories];
  expectSame(await write(root, objects), objects);
  expect(readdirSync(join(root, "stacks"))).toEqual(["acme"]);
  expect(readdirSync(join(root, "stacks/acme")).sort()).toEqual(["BIG.yaml", "_workspace.yaml"]);
});

test("what comes later is added, and what was written stands, line for line", async () => {
  await fc.assert(
    fc.asyncProperty(workspace, fc.nat(), async (plan, seed) => {
      const objects = grown(plan);
      const isLate = (one: SurveyedObject): boolean =>
        hash(one, seed) % 3 === 0 || (one.owner !== undefined && isLate(one.owner));
      const root = folder();
      await write(
        root,
        objects.filter((one) => !isLate(one)),
      );
      const before = textIn(root).split("\n");
      const again = await write(root, objects);
      expectSame(again, objects);
      const after = textIn(root).split("\n");
      // A value that was removed from a layer may have appeared meanwhile, and `Production: Production` is
      // expanded if it gets members.
      const isKept = (line: string) => after.includes(line) || after.includes(line.replace(/: [^:]*$/, ":"));
      expect(before.filter((line) => !/[{[]|: null$/.test(line) && !isKept(line))).toEqual([]);
    }),
    runs,
  );
});

function hash({ found }: SurveyedObject, seed: number): number {
  let sum = seed;
  for (const letter of found.id) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 1_000_003;
  return sum;
}
