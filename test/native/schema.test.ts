import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv2020 from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { parse } from "yaml";
import { kinds } from "../../src/kinds";
import type { Properties } from "../../src/kinds/kind";
import { check } from "../../src/model/check";
import { checkLevel, levelField } from "../../src/model/level";
import { kindOfType, nativeToken } from "../../src/model/typeToken";
import { unknownValue } from "../../src/model/unknown";
import { packageSchema } from "../../src/native/schema/package";
import type { TypeSpec } from "../../src/native/schema/spec";
import { documentedPrograms } from "../support/nativePrograms";

const schema = packageSchema("1.2.3");

/** From the Go module github.com/pulumi/pulumi/pkg/v3@v3.259.0, codegen/schema/pulumi.json. */
const metaschema: unknown = JSON.parse(
  readFileSync(join(__dirname, "fixtures", "pulumi-metaschema.json"), "utf8"),
);

test("is a package schema by Pulumi's own metaschema", () => {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats(ajv);
  const validate = ajv.compile(metaschema as object);
  validate(JSON.parse(JSON.stringify(schema)));
  expect(validate.errors ?? []).toEqual([]);
});

test("refers to no type that it does not have", () => {
  const known = new Set([
    ...Object.keys(schema.types).map((token) => `#/types/${token}`),
    "pulumi.json#/Any",
  ]);
  const refs: string[] = [];
  JSON.stringify(schema, (name, value: unknown) => {
    if (name === "$ref") refs.push(String(value));
    return value;
  });
  expect(refs.length).toBeGreaterThan(20);
  expect(refs.filter((ref) => !known.has(ref))).toEqual([]);
});

describe.each(kinds.map((kind) => ({ kind, name: kind.name })))("$name", ({ kind }) => {
  const spec = schema.resources[nativeToken(kind)];

  test("takes over what the dynamic provider has made", () => {
    expect(spec?.aliases).toEqual([{ type: `pulumi-nodejs:bitbucket:${kind.name}` }]);
  });

  test("has every field as an input, and every field and output as an output", () => {
    expect(Object.keys(spec?.inputProperties ?? {})).toEqual(
      expect.arrayContaining(Object.keys(kind.args.shape)),
    );
    expect(Object.keys(spec?.properties ?? {})).toEqual(
      expect.arrayContaining(Object.keys(kind.outputs.shape)),
    );
  });

  test("requires what a check requires", () => {
    const required = spec?.requiredInputs ?? [];
    const { issues } = check(kind, {}, { workspace: "acme" });
    const missing = issues
      .filter(({ message }) => message.startsWith("is required"))
      .map(({ path }) => String(path[0]));
    // One of several owners is required: a schema cannot express that.
    const owners = kind.parents.length > 1 ? kind.parents.map(String) : [];
    expect(missing.filter((field) => !owners.includes(field)).sort()).toEqual([...required]);
  });

  test("shows an example that a check accepts", () => {
    checkProgram(/```yaml\n(.*?)```/s.exec(spec?.description ?? "")?.[1] ?? "");
  });

  test("shows the example in each language, and how it is imported", () => {
    for (const language of ["typescript", "python", "go", "csharp", "yaml"])
      expect(spec?.description).toContain(`\`\`\`${language}\n`);
    expect(spec?.description).toMatch(
      new RegExp(`\\$ pulumi import bitbucket-cloud:index:${kind.name} example '.+'`),
    );
  });
});

test.each(documentedPrograms("yaml"))("the documented program %# is one that a check accepts", checkProgram);

/** Holds each resource of a program in Pulumi YAML against its kind. */
function checkProgram(text: string): void {
  const { resources } = parse(text) as {
    resources: Record<string, { type: string; properties: Record<string, unknown> }>;
  };
  for (const { type, properties } of Object.values(resources)) {
    const resourceKind = kindOfType(type.replace("bitbucket-cloud:", "bitbucket-cloud:index:"));
    if (!resourceKind) throw new Error(`the program has a ${type}`);
    const { [levelField]: _, ...own } = known(properties);
    const place = resourceKind.parents.includes("account") ? {} : { workspace: "acme" };
    const { issues } = check(resourceKind, {}, { ...place, ...own });
    // The examples' files are the reader's own.
    expect(issues.filter(({ message }) => !/^the file .* does not exist/.test(message))).toEqual([]);
    expect(checkLevel(resourceKind, properties)).toEqual([]);
  }
}

/** Properties whose references to other resources are unknown, as in a preview. */
function known(properties: Properties): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, value]) => [
      name,
      typeof value === "string" && value.startsWith("${") ? unknownValue : value,
    ]),
  );
}

test("names enumerations so that every language can", () => {
  for (const [token, spec] of Object.entries(schema.types)) {
    if (!("enum" in spec)) continue;
    expect([token, spec.enum.filter(({ name }) => !/^[A-Z][A-Za-z0-9]*$/.test(name))]).toEqual([token, []]);
    expect(new Set(spec.enum.map(({ name }) => name)).size).toBe(spec.enum.length);
  }
});

test("marks as secret what is one, and lets no SDK put the environment's token into a state", () => {
  const secrets = (properties: Readonly<Record<string, TypeSpec & { secret?: boolean }>>) =>
    Object.entries(properties).flatMap(([name, { secret }]) => (secret ? [name] : []));
  expect(secrets(schema.config.variables)).toEqual(["token", "oauthClientSecret"]);
  expect(secrets(schema.provider.inputProperties)).toEqual(["token", "oauthClientSecret"]);
  expect(secrets(schema.resources["bitbucket-cloud:index:Webhook"]?.inputProperties ?? {})).toEqual([
    "secret",
  ]);
  expect(schema.config.variables.token?.defaultInfo?.environment).toEqual(["BITBUCKET_TOKEN"]);
  expect(schema.provider.inputProperties.token?.defaultInfo).toBeUndefined();
});
