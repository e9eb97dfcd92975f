/** Whatever a repository's own file says: outside of what its rules allow for this repository, the stack is the one without it. */
import { join } from "node:path";
import fc from "fast-check";
import { stringify } from "yaml";
import { type DesiredStack, DesiredStateError, loadStack, toFileSource } from "../../src/desired";
import { fitting, plant, value, word } from "./support/attack";
import { attackedStack, expectOnlyAllowed } from "./support/attackedStack";
import { folderWith, removeFolders } from "./support/folder";

afterAll(removeFolders);

const folder = folderWith({
  "stacks/acme.yaml": `${attackedStack}delegation:
  rules:
    own:
      repositoryFile: true
      repositories: "*"
      allow: [description, webhooks, variables.*.value, defaultReviewers, environments.Production.variables]
      secrets: { fromEnv: TEAM_* }
    language: { repositoryFile: true, repositories: theirs, allow: language }
`,
});
const stack = join(folder, "stacks/acme.yaml");
const commit = "0123456789abcdef0123456789abcdef01234567";
const load = (text: string | undefined) =>
  loadStack(stack, {
    repositoryFiles: toFileSource(new Map([["ours", { uuid: "{u}", commit, text }]])),
  });

let base: DesiredStack;
beforeAll(async () => {
  base = await load(undefined);
});

/** @returns whether the file was taken. */
async function changesNothingElse(text: string): Promise<boolean> {
  let loaded: DesiredStack;
  try {
    loaded = await load(text);
  } catch (error) {
    if (!(error instanceof DesiredStateError)) throw error;
    for (const { file, message } of error.diagnostics) {
      expect(file).toBe("ours/.bitbucket/settings.yaml@0123456789ab");
      // Whoever reads it knows whom to ask.
      expect(message).toMatch(/the rule "own" \(stacks\/acme\.yaml:23\)/);
      expect(message).not.toContain('the rule "language"');
    }
    return false;
  }
  expectOnlyAllowed(loaded, base);
  return true;
}

test("files that mostly fit", async () => {
  let taken = 0;
  await fc.assert(
    fc.asyncProperty(fitting, async (ours) => {
      // The library writes a value that occurs twice with an anchor.
      if (await changesNothingElse(stringify(ours, { aliasDuplicateObjects: false }))) taken += 1;
    }),
    { numRuns: 200 },
  );
  // Otherwise, nothing was tested but refusals.
  expect(taken).toBeGreaterThan(50);
});

test("files that fit, with one thing that may not", async () => {
  const paths = fc.array(word, { minLength: 1, maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(fitting, paths, value, async (ours, path, evil) => {
      await changesNothingElse(stringify(plant(ours, path, evil)));
    }),
    { numRuns: 300 },
  );
});

test("any YAML, and any text", async () => {
  await fc.assert(
    fc.asyncProperty(value, async (any) => void (await changesNothingElse(stringify(any)))),
    { numRuns: 200 },
  );
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary" }), async (any) => void (await changesNothingElse(any))),
    { numRuns: 200 },
  );
});

const refused: readonly (readonly [string, string, RegExp])[] = [
  [
    "a property beyond the list",
    "isPrivate: false",
    /:1:1 isPrivate: "isPrivate" is not delegated to this file/,
  ],
  ["another repository", "repositories: { theirs: { description: a } }", /unknown property "repositories"/],
  [
    "another repository as a sibling",
    "description: a\ntheirs: { description: b }",
    /:2:1 theirs: unknown property/,
  ],
  ["its own name", "name: theirs", /"name" is not delegated/],
  ["its project", "project: PLAT", /"project" is not delegated/],
  ["what the rule of another repository allows", "language: rust", /"language" is not delegated/],
  ["an include", "include: ../stacks/acme.yaml", /unknown property "include"/],
  ["a profile", "profiles: [service]", /"profiles" is not delegated/],
  ["a whole stack", "workspace: evil\nrepositories: {}", /unknown property "workspace"/],
  ["rules of its own", "delegation: { rules: {} }", /unknown property "delegation"/],
  ["adoption", "adopt: true", /"adopt" is not delegated/],
  ["renaming", "renamedFrom: theirs", /"renamedFrom" is not delegated/],
  [
    "a renamed section",
    "webhook: { ci: { url: 'https://a.example/' } }",
    /unknown property "webhook".*Did you mean "webhooks"/,
  ],
  ["an entry of the stack", "webhooks: { audit: { active: false } }", /is declared by the stack itself/],
  ["a removal", "webhooks: null", /cannot remove what the stack declares/],
  [
    "a secret of the centre",
    "variables: { X: { value: { fromEnv: CENTRAL_SECRET } } }",
    /secret reference fromEnv: CENTRAL_SECRET is not delegated/,
  ],
  [
    "a secret from a file",
    "variables: { X: { value: { fromFile: /etc/passwd } } }",
    /secret reference fromFile/,
  ],
  ["an anchor", "description: &a b", /:1:\d+ description: has the anchor "&a"/],
  ["an anchor of a key", "&a description: b", /has the anchor "&a"/],
  ["an alias", "description: *a", /(alias|Unresolved)/],
  ["a merge key", "<<: { isPrivate: false }", /has a merge key/],
  ["a tag", "description: !!str x", /has a YAML tag/],
  ["a tag that constructs", "description: !!js/function 'x'", /has a YAML tag/],
  ["a directive", "%TAG ! tag:yaml.org,2002:\n---\ndescription: !js x", /has a YAML tag/],
  ["a key twice", "description: a\ndescription: b", /:2:1 description: is a duplicate: first in line 1/],
  ["two documents", "description: a\n---\nisPrivate: false", /several YAML documents/],
  ["a huge file", `description: ${"x".repeat(64 * 1024)}`, /is larger than 64 kB/],
  ["bytes that are no text", "description: a\ufffd", /is not UTF-8 text/],
  ["nothing", "", /is empty\. Delete it/],
  ["a list", "[description]", /must be a map of properties, not a list/],
  ["a page of a folder's listing", '{"pagelen":10,"values":[]}', /unknown property "pagelen"/],
  ["the target of a link", "../stacks/acme.yaml", /must be a map of properties, not text/],
  ["a prototype", '{"__proto__": {"isPrivate": false}}', /cannot be used as a name/],
  ["deep nesting", `webhooks: ${"{ a: ".repeat(5000)}1${" }".repeat(5000)}`, /nested too deeply/],
];

test.each(refused)("%s is refused, with the file, the line and the rule", async (_, text, expected) => {
  const error: unknown = await load(text).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(DesiredStateError);
  const { message } = error as DesiredStateError;
  expect(message).toMatch(expected);
  expect(message).toContain("ours/.bitbucket/settings.yaml@0123456789ab");
  expect(message).toMatch(/Until a repository's file is fixed, "pins" in the rule can hold it/);
  await changesNothingElse(text);
});
