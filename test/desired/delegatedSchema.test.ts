/** The editors' schemas of what teams and repositories set: everything that a rule can allow, and nothing else. */
import Ajv from "ajv";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import { createRepositoryFileSchema, createTeamSchema } from "../../src/desired/delegation/jsonSchema";

const compile = (schema: object) =>
  addFormats(new Ajv({ strict: true, allowUnionTypes: true })).compile(schema);
const repository = compile(createRepositoryFileSchema());
const team = compile(createTeamSchema());

const fitting = `
description: Takes payments
webhooks: { ci: { url: "https://ci.example/hook", events: [repo:push], secret: { fromEnv: CI } } }
variables: { LOG_LEVEL: info, TOKEN: { value: { fromConfig: token } } }
environments: { Production: { variables: { URL: "https://a.example/" } } }
branchRestrictions: { approvals: { value: 3 } }
defaultReviewers: [alice]
`;
const evil: readonly string[] = [
  "name: other",
  "slug: other",
  "project: OTHER",
  "deletion: allow",
  "adopt: true",
  "unmanaged: remove",
  "renamedFrom: other",
  "avatar: ../secret.png",
  "files: { a: { branch: main, content: b } }",
  "include: other.yaml",
  "workspace: acme",
  "repositories: { other: {} }",
  "variables: { X: { value: { fromFile: /etc/passwd } } }",
];

test("both take what a rule can allow", () => {
  expect([repository(parse(fitting)), repository.errors]).toEqual([true, null]);
  expect([team({ repositories: { api: parse(fitting) } }), team.errors]).toEqual([true, null]);
  expect(repository({})).toBe(true);
});

test.each(evil)("neither takes %s", (text) => {
  expect(repository(parse(text))).toBe(false);
  expect(team({ repositories: { api: parse(text) } })).toBe(false);
});
