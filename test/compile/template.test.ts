/** A compiled program, read as Pulumi's YAML host reads it. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { parse, stringify } from "yaml";
import { z } from "zod";
import { formatTemplate } from "../../src/compile";
import type { HostContext } from "../../src/compile/host";
import { toTemplate } from "../../src/compile/template";
import { fillSecrets, loadStack, resolveSecrets } from "../../src/desired";
import { kinds } from "../../src/kinds";
import type { Properties } from "../../src/kinds/kind";
import { packageSchema } from "../../src/native/schema/package";
import type { StateEntry } from "../../src/plan";
import type { DeclaredStack } from "../../src/preview";

const expression = (path: string) => `\${${path}}`;

const folder = mkdtempSync(join(tmpdir(), "compile-"));
mkdirSync(join(folder, "stacks"));
afterAll(() => rmSync(folder, { recursive: true }));

const invokeSchema = z.object({
  "fn::invoke": z.object({
    function: z.string(),
    arguments: z.record(z.string(), z.string()),
    options: z.object({ provider: z.string() }).optional(),
  }),
});
const programSchema = z.object({
  name: z.string(),
  runtime: z.literal("yaml"),
  config: z
    .record(z.string(), z.object({ name: z.string(), type: z.string(), secret: z.literal(true) }))
    .optional(),
  variables: z.record(z.string(), z.union([invokeSchema, z.string()])),
  resources: z.record(
    z.string(),
    z.object({
      type: z.string(),
      name: z.string(),
      properties: z.record(z.string(), z.unknown()),
      options: z
        .strictObject({
          parent: z.string(),
          protect: z.boolean(),
          aliases: z.array(z.string()),
          dependsOn: z.array(z.string()),
          provider: z.string(),
        })
        .partial()
        .optional(),
    }),
  ),
});
type Program = z.output<typeof programSchema>;

/** The call of a variable, if it is one. */
function invokeOf({ variables }: Program, name: string) {
  const variable = variables[name];
  return typeof variable === "object" ? variable["fn::invoke"] : undefined;
}

/**
 * A text as the host evaluates it.
 *
 * @param values What the expressions are.
 * @see https://github.com/pulumi/pulumi-yaml/blob/main/pkg/pulumiyaml/ast/interpolation.go
 */
function evaluate(value: unknown, values: (path: string) => unknown): unknown {
  if (Array.isArray(value)) return value.map((item) => evaluate(item, values));
  if (typeof value === "object" && value !== null)
    return Object.fromEntries(
      Object.entries(value).map(([key, held]) => [String(evaluate(key, values)), evaluate(held, values)]),
    );
  if (typeof value !== "string") return value;
  const parts: unknown[] = [];
  let rest = value;
  while (rest.length > 0) {
    const [taken, path] = /^\$\{([^}]*)\}/.exec(rest) ?? [];
    if (rest.startsWith("$$")) parts.push("$");
    else if (path !== undefined) parts.push(values(path));
    else parts.push(rest[0]);
    rest = rest.slice(rest.startsWith("$$") ? 2 : (taken?.length ?? 1));
  }
  return parts.length === 1 ? parts[0] : parts.join("");
}

interface Compiled {
  readonly program: Program;
  readonly text: string;
  readonly declared: DeclaredStack;
}

const environment = { HOOK: "hush of the webhook", TOKEN: "hush of the variable" };
const configuration = new Map([["project:deployToken", "hush of the configuration"]]);

async function compile(
  yaml: object,
  {
    config = configuration,
    held = [],
    scope,
    applied = new Map(),
  }: {
    config?: HostContext["config"];
    held?: readonly StateEntry[];
    scope?: ReadonlySet<string>;
    /** The values that the state holds of resources, by name. */
    applied?: ReadonlyMap<string, Properties>;
  } = {},
): Promise<Compiled> {
  const file = join(folder, "stacks", "test.yaml");
  writeFileSync(file, stringify(yaml));
  const stack = await loadStack(file);
  const secrets = await resolveSecrets(stack, {
    env: environment,
    config: (key) => config.get(`project:${key}`),
  });
  const desired = stack.resources.map((resource) => ({
    resource,
    kind: resource.kind,
    name: resource.name,
    references: resource.args,
    args: applied.get(resource.name) ?? (fillSecrets(resource.args, secrets) as Properties),
  }));
  const declared: DeclaredStack = {
    stack,
    desired,
    renames: { former: new Map(), renamed: [], suspected: [] },
    removals: [],
    state: [],
  };
  const host = { project: "project", stack: "test", config };
  const text = formatTemplate(toTemplate(host, declared, { held, scope, messages: [], refusals: [] }));
  return { program: programSchema.parse(parse(text)), text, declared };
}

/** The values of a program's expressions. */
function valuesOf({ program, declared }: Compiled, config = configuration): (path: string) => unknown {
  return (path) => {
    const [, name = "", rest = ""] = /^([^.[]+)(.*)$/.exec(path) ?? [];
    const fromConfig = program.config?.[name];
    if (fromConfig) return config.get(`project:${fromConfig.name}`);
    const invoke = invokeOf(program, name);
    if (invoke && rest === ".workspace") return declared.stack.workspace;
    if (invoke) {
      const { references } = JSON.parse(String(evaluate(invoke.arguments.references, () => ""))) as {
        references: { name: keyof typeof environment }[];
      };
      const index = Number(/^\.values\[(\d+)\]$/.exec(rest)?.[1]);
      return environment[references[index]?.name ?? "HOOK"];
    }
    if (program.resources[name]) return `${name}${rest}`;
    throw new Error(`nothing has the name ${path}`);
  };
}

const texts = fc.oneof(
  fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
  fc.constantFrom(
    "$",
    "$$",
    "${",
    expression("a"),
    "$${a}",
    "a$b",
    "fn::invoke",
    "\u0085\u2028\ufeff",
    "- a: b",
    "true",
    "1e3",
  ),
);
/** What the package's own YAML and the kinds take. */
const written = texts.filter((text) => !/[\p{Cc}\p{Cs}]/u.test(text) && text.trim() === text && text !== "");

test("every text comes out of the program as it is declared", async () => {
  await fc.assert(
    fc.asyncProperty(written, written, async (description, value) => {
      const compiled = await compile({
        workspace: "acme",
        repositories: { api: { description, variables: { TEXT: value } } },
      });
      const values = valuesOf(compiled);
      for (const [index, { name, args }] of compiled.declared.desired.entries()) {
        const resource = compiled.program.resources[`compiledResource${index}`];
        expect(evaluate(resource?.name, values)).toBe(name);
        expect(evaluate(resource?.properties, values)).toMatchObject(args);
      }
    }),
    { numRuns: 100 },
  );
});

const stack = {
  workspace: "acme",
  projects: { PLAT: { name: "Platform" } },
  repositories: {
    api: {
      project: "PLAT",
      webhooks: { ci: { url: "https://ci.example.com", events: ["repo:push"], secret: { fromEnv: "HOOK" } } },
      variables: {
        TOKEN: { fromEnv: "TOKEN" },
        AGAIN: { fromEnv: "TOKEN" },
        DEPLOY: { fromConfig: "deployToken" },
      },
    },
  },
  variables: { REGION: "eu" },
};

test("secrets are references, and come out as they are", async () => {
  const compiled = await compile(stack);
  for (const secret of [...Object.values(environment), ...configuration.values()])
    expect(compiled.text).not.toContain(secret);
  const values = valuesOf(compiled);
  for (const [index, { args }] of compiled.declared.desired.entries())
    expect(
      evaluate(compiled.program.resources[`compiledResource${index}`]?.properties, values),
    ).toMatchObject(args);
  // One look-up for each secret, however often it is referred to.
  const looked = invokeOf(compiled.program, "compiledSecrets");
  expect(JSON.parse(String(looked?.arguments.references)).references).toHaveLength(2);
});

test("what the engine is not limited to is as it was applied, and none of its secrets is looked up", async () => {
  const scope = new Set(["Repository api", "Webhook api:ci"]);
  const applied = new Map<string, Properties>([
    ["PLAT", { key: "PLAT", name: "The name of the last apply" }],
    // What is encrypted in the state is left out, and the host wants a value.
    ["api:TOKEN", { key: "TOKEN", secured: true }],
  ]);
  const { program } = await compile(stack, { scope, applied });
  const named = (name: string) => Object.values(program.resources).find((one) => one.name === name);
  expect(named("PLAT")?.properties).toMatchObject({ name: "The name of the last apply" });
  expect(named("api:TOKEN")?.properties).toMatchObject({ value: "secret", secured: true });
  const looked = Object.keys(program.variables).flatMap(
    (name) => invokeOf(program, name)?.arguments.references ?? [],
  );
  expect(looked).toHaveLength(1);
  expect(looked.join()).toContain("HOOK");
  expect(looked.join()).not.toContain("TOKEN");
  expect(program.config).toBeUndefined();
});

test("options are those of the dynamic program: protection, parents, order", async () => {
  const { program } = await compile(stack);
  const named = (name: string) => Object.values(program.resources).find((one) => one.name === name);
  const key = (name: string) => Object.entries(program.resources).find(([, one]) => one.name === name)?.[0];
  expect(named("PLAT")?.options).toEqual({ protect: true });
  expect(named("api")?.options).toEqual({ protect: true, dependsOn: [`\${${key("PLAT")}}`] });
  expect(named("api:ci")?.options).toEqual({ parent: `\${${key("api")}}`, protect: false });
  expect(named("api:ci")?.properties.repository).toBe(`\${${key("api")}.id}`);
  expect(named("REGION")).toMatchObject({ properties: { level: "workspace" } });
  expect(named("REGION")).not.toHaveProperty("options");
});

test("every resource comes after the begin of the program, and nothing has the name of a setting", async () => {
  const config = new Map([
    ...configuration,
    ["project:compiledProgram", "x"],
    ["bitbucket:maxDeletions", "3"],
  ]);
  const { program } = await compile(stack, { config });
  expect(Object.keys(program.variables)[0]).toBe("compiled_Program");
  const { compiled_Provider: provider, ...others } = program.resources;
  expect(provider).toEqual({
    type: "pulumi:providers:bitbucket-cloud",
    name: "bitbucket-cloud",
    properties: { maxDeletions: 3 },
  });
  for (const { properties, options } of Object.values(others)) {
    expect(properties.workspace).toBe(expression("compiled_Program.workspace"));
    expect(options?.provider).toBe(expression("compiled_Provider"));
  }
});

test("what the dynamic program has created goes on under its URN", async () => {
  const kind = kinds.find(({ name }) => name === "Project");
  if (!kind) throw new Error("there is no kind Project");
  const urn = "urn:pulumi:test::project::pulumi-nodejs:bitbucket:Project::PLAT";
  const held = [{ kind, name: "PLAT", urn }] as unknown as StateEntry[];
  const { program } = await compile(stack, { held });
  const aliases = Object.values(program.resources).flatMap(({ options }) => options?.aliases ?? []);
  expect(aliases).toEqual([urn]);
});

test("what compiled programs use is in the schema, and in no SDK", () => {
  const { resources, functions } = packageSchema("1.0.0");
  for (const spec of [
    resources["bitbucket-cloud:index:UnmanagedRemoval"],
    functions["bitbucket-cloud:index:openProgram"],
    functions["bitbucket-cloud:index:resolveReferences"],
  ])
    expect(spec).toMatchObject({ isOverlay: true });
});
