/** The example in a kind's declaration, as args: shown in TypeScript, and used to find out which requests it takes. */
import { parse } from "yaml";
import { kinds } from "../kinds";
import type { Kind, ParentName } from "../kinds/kind";

/** The first object of the kind's YAML example. */
export function sampleArgs(kind: Kind): Record<string, unknown> {
  const section: unknown = (parse(kind.yaml.example) as Record<string, unknown>)[kind.yaml.section];
  const { form, nameField, shorthand } = kind.yaml;
  if (form === "single") return asObject(section, shorthand);
  if (form === "list") return { [nameField ?? "name"]: (section as unknown[])[0] };
  const [name, value] = Object.entries(section as Record<string, unknown>)[0] ?? ["", {}];
  return { ...(nameField ? { [nameField]: name } : {}), ...asObject(value, shorthand) };
}

function asObject(value: unknown, shorthand: string | undefined): Record<string, unknown> {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) {
    const isReference = Object.keys(value).some((key) => key.startsWith("from"));
    return isReference && shorthand ? { [shorthand]: value } : (value as Record<string, unknown>);
  }
  return shorthand ? { [shorthand]: value } : {};
}

/** The args with texts where the example refers to a secret. */
export function plainArgs(kind: Kind): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(sampleArgs(kind)).map(([name, value]) => [name, isSecret(value) ? "secret" : value]),
  );
}

export function isSecret(value: unknown): boolean {
  return (
    typeof value === "object" && value !== null && Object.keys(value).some((key) => key.startsWith("from"))
  );
}

/** How a user's program creates it: a program that is whole. */
export function typeScriptExample(kind: Kind): string {
  const [owner = "workspace"] = kind.parents;
  const lines = Object.entries(sampleArgs(kind)).map(
    ([name, value]) => `  ${name}: ${isSecret(value) ? 'config.requireSecret("secret")' : literal(value)},`,
  );
  const needsConfig = lines.some((line) => line.includes("config."));
  const owning = ownersOf(owner);
  const declarations = owning.map(({ declaration }) => declaration);
  return [
    ...(needsConfig ? ['import * as pulumi from "@pulumi/pulumi";'] : []),
    `import { ${[...owning.map(({ name }) => name), kind.name].sort().join(", ")} } from "bitbucket-as-code";`,
    "",
    ...(needsConfig ? ["const config = new pulumi.Config();"] : []),
    ...declarations,
    ...(needsConfig || declarations.length > 0 ? [""] : []),
    `new ${kind.name}("example", {`,
    ...(owner === "account" ? [] : ['  workspace: "acme",']),
    ...owning.map(({ place }) => place),
    ...lines,
    "});",
  ].join("\n");
}

interface Owner {
  /** The class. */
  readonly name: string;
  readonly declaration: string;
  /** How what belongs to it says so. */
  readonly place: string;
}

const examples: Partial<Record<ParentName, readonly [variable: string, args: string, place: string]>> = {
  repository: ["api", 'workspace: "acme", name: "api"', "repository: api.uuid"],
  project: ["platform", 'workspace: "acme", key: "PLAT", name: "Platform"', "project: platform.key"],
  environment: [
    "production",
    'workspace: "acme", repository: api.uuid, name: "Production", type: "Production"',
    "environment: production.uuid",
  ],
};

/** What an example belongs to, with what that belongs to itself. */
function ownersOf(parent: ParentName): Owner[] {
  const [variable, args, place] = examples[parent] ?? [];
  const name = kinds.find(({ parentRole }) => parentRole === parent)?.name;
  if (variable === undefined || name === undefined) return [];
  const declaration = `const ${variable} = new ${name}("${variable}", { ${args} });`;
  const above = parent === "environment" ? ownersOf("repository") : [];
  return [...above, { name, declaration, place: `  ${place},` }];
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{ ${Object.entries(value)
      .map(([name, held]) => `${name}: ${literal(held)}`)
      .join(", ")} }`;
  return JSON.stringify(value);
}
