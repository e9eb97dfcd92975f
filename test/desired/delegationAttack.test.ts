/** Whatever the text of a team's file: outside of what its rules allow, the desired state is the one without it. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { type DesiredStack, DesiredStateError, keyOf, loadStack } from "../../src/desired";
import { fitting, plant, value, word } from "./support/attack";
import { attackedStack, expectOnlyAllowed } from "./support/attackedStack";
import { folderWith, removeFolders } from "./support/folder";

afterAll(removeFolders);

const folder = folderWith({
  "stacks/acme.yaml": `${attackedStack}delegation:
  rules:
    team:
      file: ../teams/team.yaml
      repositories: ours
      allow: [description, webhooks, variables.*.value, defaultReviewers, environments.Production.variables]
      secrets: { fromEnv: TEAM_* }
`,
  "teams/team.yaml": "{}",
});
const stack = join(folder, "stacks/acme.yaml");
const team = join(folder, "teams/team.yaml");

let base: DesiredStack;
beforeAll(async () => {
  base = await loadStack(stack);
});

/** @returns whether the file was taken. */
async function changesNothingElse(text: string): Promise<boolean> {
  writeFileSync(team, text);
  let loaded: DesiredStack;
  try {
    loaded = await loadStack(stack);
  } catch (error) {
    if (!(error instanceof DesiredStateError)) throw error;
    expect(error.diagnostics.map(({ file }) => file)).toEqual(
      error.diagnostics.map(() => expect.stringMatching(/^(teams\/team|stacks\/acme)\.yaml$/)),
    );
    return false;
  }
  expectOnlyAllowed(loaded, base);
  return true;
}

test("files that mostly fit", async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fitting, async (ours) => {
      if (await changesNothingElse(stringify({ repositories: { ours } }))) taken += 1;
    }),
    { numRuns: 300 },
  );
  // Otherwise, nothing was tested but refusals.
  expect(taken).toBeGreaterThan(50);
});

test("files that fit, with one thing that may not", async () => {
  const paths = fc.array(word, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fitting, paths, value, fc.boolean(), async (ours, path, evil, below) => {
      const tree: Record<string, unknown> = { repositories: { ours } };
      plant(below ? (ours as Record<string, unknown>) : tree, path, evil);
      await changesNothingElse(stringify(tree));
    }),
    { numRuns: 500 },
  );
});

test("any YAML, and any text", async () => {
  await fc.assert(
    fc.asyncProperty(value, async (any) => void (await changesNothingElse(stringify(any)))),
    {
      numRuns: 200,
    },
  );
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), async (any) => void (await changesNothingElse(any))),
    { numRuns: 200 },
  );
});

const hostile: readonly (readonly [string, string])[] = [
  ["an include at the top", "include: [../stacks/acme.yaml]\n"],
  ["an include in a repository", "repositories: { ours: { include: ../stacks/acme.yaml } }\n"],
  ["a tag that constructs", 'repositories: { ours: { description: !!js/function "process.exit" } }\n'],
  ["a tag that includes", "repositories: { ours: !include ../stacks/acme.yaml }\n"],
  ["a tag of a set", "repositories: !!set { ours }\n"],
  ["binary", "repositories: { ours: { description: !!binary aGk= } }\n"],
  ["a duplicate repository", "repositories:\n  ours: { description: a }\n  ours: { language: rust }\n"],
  ["a duplicate key behind an anchor", "x: &k ours\nrepositories: { *k : { language: rust }, ours: {} }\n"],
  ["a merge of a whole repository", "repositories:\n  ours:\n    <<: { language: rust, description: a }\n"],
  ["a merge of merges", "repositories:\n  ours:\n    <<: [{ <<: { project: EVIL } }, { description: a }]\n"],
  ["a merge at the top", "<<: { workspace: evil }\nrepositories: {}\n"],
  ["an alias to itself", "repositories: &a\n  ours: *a\n"],
  [
    "aliases that expand to billions",
    `${Array.from(
      { length: 12 },
      (_, i) =>
        `a${i}: &a${i} [${Array(10)
          .fill(i === 0 ? "x" : `*a${i - 1}`)
          .join(", ")}]`,
    ).join("\n")}\n`,
  ],
  ["two documents", "repositories: {}\n---\nworkspace: evil\n"],
  ["a directive", '%TAG ! tag:yaml.org,2002:\n---\nrepositories: { ours: { description: !js "x" } }\n'],
  ["deep nesting", `repositories: ${"{ a: ".repeat(5000)}1${" }".repeat(5000)}\n`],
  ["deep lists", `repositories: ${"[".repeat(20000)}\n`],
  ["a prototype", "repositories: { __proto__: { description: a }, constructor: { prototype: {} } }\n"],
  ["a prototype in a property", 'repositories: { ours: { "__proto__": { isPrivate: false } } }\n'],
  ["another repository by its name", "repositories: { ours: { name: theirs, slug: theirs } }\n"],
  [
    "a natural key of the centre",
    "repositories: { ours: { variables: { MINE: { key: REGION, value: x } } } }\n",
  ],
  ["a name with the separator", 'repositories: { ours: { variables: { "Production:A": x } } }\n'],
  ["a glob for a name", 'repositories: { "*": { description: a } }\n'],
  [
    "a star as an entry",
    'repositories: { ours: { webhooks: { "*": { url: "https://audit.example/", events: [repo:push] } } } }\n',
  ],
  ["UTF-16", Buffer.from("\ufeffrepositories: { theirs: { description: a } }", "utf16le").toString("latin1")],
  [
    "a placeholder of a shell",
    "repositories: { ours: { description: '$CENTRAL_SECRET $(env) {{ env.X }}' } }\n",
  ],
];

test.each(hostile)("%s", async (_, content) => {
  await changesNothingElse(content);
});

test("what looks like a placeholder is text", async () => {
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a team writes
  writeFileSync(team, "repositories: { ours: { description: '${env:CENTRAL_SECRET}' } }\n");
  const loaded = await loadStack(stack);
  const ours = loaded.resources.find((resource) => keyOf(resource) === "Repository ours");
  // biome-ignore lint/suspicious/noTemplateCurlyInString: what a team writes
  expect(ours?.args.description).toBe("${env:CENTRAL_SECRET}");
});
