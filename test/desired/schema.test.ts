/** Editors and the loader agree, as far as a schema can express it. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { parse, stringify } from "yaml";
import { formatDiagnostic, loadStack } from "../../src/desired";
import { createStackSchema } from "../../src/desired/jsonSchema";
import { kinds } from "../../src/kinds";
import type { Kind, ParentName } from "../../src/kinds/kind";
import { folderWith, load, problems, removeFolders } from "./support/folder";

afterEach(removeFolders);

const stacks = resolve(__dirname, "../../stacks");
const validate = addFormats(new Ajv({ strict: true, allowUnionTypes: true })).compile(createStackSchema());

function schemaAccepts(text: string): boolean {
  return validate(parse(text, { merge: true }));
}

const samples = readdirSync(stacks, { recursive: true, encoding: "utf8" }).filter((name) =>
  name.endsWith(".yaml"),
);

test.each(samples)("the sample %s fits the schema that it names", (name) => {
  const text = readFileSync(join(stacks, name), "utf8");
  const [, schema] = /^# yaml-language-server: \$schema=(\S+)\n/.exec(text) ?? [];
  expect(resolve(stacks, name, "..", schema ?? "")).toBe(resolve(stacks, "../schema/stack.schema.json"));
  schemaAccepts(text);
  expect(validate.errors).toBeNull();
});

test("the samples load without a problem or a warning", async () => {
  const example = await loadStack(join(stacks, "example.yaml"));
  expect(example.warnings.map(formatDiagnostic)).toEqual([]);
  const company = await loadStack(join(stacks, "company"));
  expect(company.warnings.map(formatDiagnostic)).toEqual([]);
  const count = (name: string) => company.resources.filter((resource) => resource.kind.name === name).length;
  expect([count("Project"), count("Repository")]).toEqual([4, 30]);
});

/** The example of a kind in its section, in a whole stack. */
function inPlace(kind: Kind, parent: ParentName): string {
  const section: unknown = parse(kind.yaml.example);
  const around: Partial<Record<ParentName, (held: unknown) => unknown>> = {
    project: (held) => ({ projects: { HOLDS: { name: "Holds it", ...asMap(held) } } }),
    repository: (held) => ({ repositories: { holds: asMap(held) } }),
    environment: (held) => ({
      repositories: { holds: { environments: { Test: { type: "Test", ...asMap(held) } } } },
    }),
  };
  const stack = around[parent]?.(section) ?? section;
  return stringify({ workspace: "acme", existing: { projects: ["PLAT"] }, ...asMap(stack) });
}

function asMap(value: unknown): Record<string, unknown> {
  return value as Record<string, unknown>;
}

const places = kinds.flatMap((kind) => kind.parents.map((parent) => [kind.name, parent, kind] as const));

test.each(places)("the example of %s fits below a %s", async (_, parent, kind) => {
  const text = inPlace(kind, parent);
  // A file to upload must exist.
  const folder = folderWith({ "stacks/acme.yaml": text, "stacks/files/handbook.pdf": "%PDF-1.7\n" });
  const stack = await loadStack(join(folder, "stacks", "acme.yaml"));
  expect(stack.resources.some((resource) => resource.kind === kind)).toBe(true);
  schemaAccepts(text);
  expect(validate.errors).toBeNull();
});

const accepted = {
  "null for what is inherited":
    "profiles: { p: { variables: { A: x } } }\nrepositories: { api: { profiles: [p], language: null, variables: { A: null } } }",
  "shorthands and references":
    "repositories: { api: { variables: { A: x, B: { fromPass: b } }, environments: { Live: Production } } }",
  "a reference in a list's place of text":
    "repositories: { api: { webhooks: { ci: { url: { fromEnv: U }, events: [repo:push], secret: { fromFile: s } } } } }",
  "rules with one glob or several":
    "rules: [{ match: a, isPrivate: true }, { match: [a, '!b'], profiles: [p] }]\nprofiles: { p: {} }\nrepositories: { a: {} }",
  "sections that are empty": "projects:\nrepositories:\ndefaults:\nrules:\nprofiles:\ninclude:\nexisting:",
};

const refused = {
  "an unknown section": "repositores: {}",
  "an unknown field": "repositories: { api: { webhoks: {} } }",
  "a wrong type": "repositories: { api: { isPrivate: 'yes' } }",
  "a wrong word": "repositories: { api: { deletion: perhaps } }",
  "a number where text is due": "repositories: { api: { variables: { PORT: 8080 } } }",
  "a webhook's secret written out":
    "webhooks: { ci: { url: 'https://a.example/', events: [repo:push], secret: open-sesame } }",
  "two references in one": "variables: { A: { fromEnv: a, fromPass: b } }",
  "a reference where no text is due": "repositories: { api: { isPrivate: { fromEnv: A } } }",
  "an empty entry at the top": "repositories: { api: null }",
  "a rule without match": "rules: [{ isPrivate: true }]",
  "profiles in a profile": "profiles: { p: { profiles: [q] } }",
  "a list for a map": "projects: [PLAT]",
  "a map for a list": "rules: { match: a }",
};

test.each(Object.entries(accepted))("editor and loader both accept %s", async (_, rest) => {
  const text = `workspace: acme\n${rest}\n`;
  expect(await problems(load(text))).toEqual([]);
  expect(schemaAccepts(text)).toBe(true);
});

test.each(Object.entries(refused))("editor and loader both refuse %s", async (_, rest) => {
  const text = `workspace: acme\n${rest}\n`;
  expect(await problems(load(text))).not.toEqual([]);
  expect(schemaAccepts(text)).toBe(false);
});

test("no field of a kind has the name of a section or key that can stand beside it", () => {
  for (const kind of kinds) {
    const { parentRole } = kind;
    const sections = kinds
      .filter((child) => parentRole !== undefined && child.parents.includes(parentRole))
      .map((child) => child.yaml.section);
    const names = [...Object.keys(kind.args.shape), ...sections, "match", "profiles"];
    expect(names).toEqual([...new Set(names)]);
  }
});
