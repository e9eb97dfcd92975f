/** The example in a kind's declaration, as args: shown in TypeScript, and used to find out which requests it takes. */
import { parse } from "yaml";
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
  const { classes, declarations, places } = owners[owner] ?? { classes: [], declarations: [], places: [] };
  return [
    ...(needsConfig ? ['import * as pulumi from "@pulumi/pulumi";'] : []),
    `import { ${[...new Set([...classes, kind.name])].sort().join(", ")} } from "bitbucket-as-code";`,
    "",
    ...(needsConfig ? ["const config = new pulumi.Config();"] : []),
    ...declarations,
    ...(needsConfig || declarations.length > 0 ? [""] : []),
    `new ${kind.name}("example", {`,
    ...(owner === "account" ? [] : ['  workspace: "acme",']),
    ...places,
    ...lines,
    "});",
  ].join("\n");
}

interface Owner {
  readonly classes: readonly string[];
  readonly declarations: readonly string[];
  readonly places: readonly string[];
}

const repository: Owner = {
  classes: ["Repository"],
  declarations: ['const api = new Repository("api", { workspace: "acme", name: "api" });'],
  places: ["  repository: api.uuid,"],
};

/** What the example belongs to, and how it says so. */
const owners: Partial<Record<ParentName, Owner>> = {
  repository,
  project: {
    classes: ["Project"],
    declarations: [
      'const platform = new Project("platform", { workspace: "acme", key: "PLAT", name: "Platform" });',
    ],
    places: ["  project: platform.key,"],
  },
  environment: {
    classes: ["DeploymentEnvironment", ...repository.classes],
    declarations: [
      ...repository.declarations,
      'const production = new DeploymentEnvironment("production", {',
      '  workspace: "acme",',
      "  repository: api.uuid,",
      '  name: "Production",',
      '  type: "Production",',
      "});",
    ],
    places: [...repository.places, "  environment: production.uuid,"],
  },
};

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{ ${Object.entries(value)
      .map(([name, held]) => `${name}: ${literal(held)}`)
      .join(", ")} }`;
  return JSON.stringify(value);
}
