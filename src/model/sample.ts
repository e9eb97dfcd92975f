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

/** How a user's program creates it. */
export function typeScriptExample(kind: Kind): string {
  const owner: Partial<Record<ParentName, string>> = {
    repository: "  repository: api.uuid,",
    project: '  project: "PLAT",',
    environment: "  repository: api.uuid,\n  environment: production.uuid,",
  };
  const [first = "workspace"] = kind.parents;
  const lines = Object.entries(sampleArgs(kind)).map(
    ([name, value]) => `  ${name}: ${isSecret(value) ? 'config.requireSecret("secret")' : literal(value)},`,
  );
  const needsConfig = lines.some((line) => line.includes("config."));
  return [
    `import { ${kind.name} } from "bitbucket-as-code";`,
    ...(needsConfig
      ? ['import * as pulumi from "@pulumi/pulumi";', "", "const config = new pulumi.Config();"]
      : []),
    "",
    `new ${kind.name}("example", {`,
    ...(first === "account" ? [] : ['  workspace: "acme",']),
    ...(owner[first] ? [owner[first]] : []),
    ...lines,
    "});",
  ].join("\n");
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{ ${Object.entries(value)
      .map(([name, held]) => `${name}: ${literal(held)}`)
      .join(", ")} }`;
  return JSON.stringify(value);
}
