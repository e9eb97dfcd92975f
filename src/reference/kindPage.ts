/** Renders the reference page of one kind. */
import type { z } from "zod";
import { fieldMeta, type Kind, metaOf, type ParentName } from "../kinds/kind";
import { check } from "../model/check";
import { locationFields } from "../model/location";
import { plainArgs, typeScriptExample } from "../model/sample";
import { placeholderLocation, readPathOf, requestsOf, scopesOfRequest } from "../plan";
import { defaultOf, isRequired, typeOf } from "./fieldType";

/** The page's file name. */
export function fileOf(kind: Kind): string {
  return `${kind.name}.md`;
}

export function renderKindPage(kind: Kind): string {
  return `${[
    "<!-- Generated from the kind's declaration by `npm run docs`. -->",
    `# ${kind.name}`,
    kind.summary,
    describeParents(kind),
    "## Example",
    fenceCode("yaml", kind.yaml.example),
    fenceCode("typescript", typeScriptExample(kind)),
    "## Properties",
    formatTable(
      ["property", "type", "default", "description"],
      Object.keys(kind.args.shape).map((field) => fieldRow(kind, field)),
    ),
    ...outputs(kind),
    "## Behaviour",
    behaviour(kind)
      .map((line) => `- ${line}`)
      .join("\n"),
    "## Scopes",
    "The scopes that a user's API token requires, and those of an access token or OAuth.",
    formatTable(["to", "API token", "access token, OAuth"], scopeRows(kind)),
    ...(kind.scopesDependOn
      ? [
          `These are the scopes of the example. They depend on ${kind.scopesDependOn.map((field) => `\`${field}\``).join(", ")}.`,
        ]
      : []),
    `Bitbucket's documentation: <${kind.documentation}>`,
  ].join("\n\n")}\n`;
}

function describeParents(kind: Kind): string {
  const { section, form } = kind.yaml;
  const owners: Record<ParentName, string> = {
    workspace: "at the top level, for the workspace",
    project: "in a project",
    repository: "in a repository",
    environment: "in a deployment environment",
    account: "at the top level, for the credential's own user",
  };
  const kept = { map: "a map of names to objects", single: "one object", list: "a list" }[form];
  return `In YAML: \`${section}\`, ${kept}, ${kind.parents.map((parent) => owners[parent]).join(", or ")}.`;
}

function fieldRow(kind: Kind, field: string): string[] {
  const schema = kind.args.shape[field] as z.ZodType;
  const meta = fieldMeta(kind, field);
  const notes = [
    meta.immutable ? "**A change replaces it.**" : "",
    meta.secret
      ? meta.writeOnly
        ? "**Secret**: use a reference in YAML."
        : "Secret if `secured` is true: then use a reference in YAML."
      : "",
    meta.writeOnly ? "Write-only." : "",
    meta.serverChosen ? "Not managed if omitted." : "",
    meta.createOnly ? "Only has an effect on creation." : "",
  ];
  const held = defaultOf(schema);
  const shown = isRequired(schema) ? "**required**" : held === undefined ? "" : `\`${JSON.stringify(held)}\``;
  return [
    `\`${field}\``,
    typeOf(schema),
    shown,
    [metaOf(schema).description, ...notes].filter(Boolean).join(" "),
  ];
}

function outputs(kind: Kind): string[] {
  const rows = Object.entries(kind.outputs.shape).map(([name, schema]) => {
    const meta = metaOf(schema as z.ZodType);
    return [`\`${name}\``, [meta.description, meta.secret ? "**Secret.**" : ""].filter(Boolean).join(" ")];
  });
  return rows.length > 0 ? ["## Outputs", formatTable(["output", "description"], rows)] : [];
}

function behaviour(kind: Kind): string[] {
  const lines: string[] = [];
  if (kind.alwaysExists)
    lines.push(
      "It always exists, so it is never created or deleted. If you remove it, managed properties are reset to their defaults or left unchanged.",
    );
  if (kind.naturalKey.length > 0)
    lines.push(
      `Natural key, for imports, adoption and matching: ${kind.naturalKey.map((field) => `\`${field}\``).join(", ")}.`,
    );
  else lines.push("Each parent has exactly one.");
  if (!kind.update && !kind.afterWrite)
    lines.push("It cannot be updated: every change of a property replaces it.");
  if (kind.dependsOnKinds)
    lines.push(
      `It is created after these resource types of the same parent: ${kind.dependsOnKinds.join(", ")}.`,
    );
  if (kind.lookBeforeCreate)
    lines.push(
      "Before a create, its collection is read, because Bitbucket would accept a duplicate or overwrite the existing object.",
    );
  return lines;
}

function scopeRows(kind: Kind): string[][] {
  const rows = new Map<string, [Set<string>, Set<string>]>();
  for (const parent of kind.parents) {
    const owners = parent === "environment" ? ["repository", "environment"] : [parent];
    const at = placeholderLocation(owners);
    const places = Object.fromEntries(locationFields(kind).map((field) => [field, field]));
    const { inputs } = check(kind, {}, { ...places, ...plainArgs(kind) });
    for (const operation of ["read", "create", "update", "delete"] as const) {
      const requests: Parameters<typeof scopesOfRequest>[0][] =
        operation === "read"
          ? [{ method: "GET", path: readPathOf(kind, at, inputs) }]
          : requestsOf(kind, operation, at, inputs);
      for (const request of requests) {
        const scopes = scopesOfRequest(request);
        const [granular, legacy] = rows.get(operation) ?? [new Set(), new Set()];
        for (const scope of scopes.granular) granular.add(scope);
        for (const scope of scopes.legacy) legacy.add(scope);
        rows.set(operation, [granular, legacy]);
      }
    }
  }
  const code = (scopes: Set<string>) =>
    [...scopes]
      .sort()
      .map((scope) => `\`${scope}\``)
      .join(", ");
  return [...rows].map(([operation, [granular, legacy]]) => [operation, code(granular), code(legacy)]);
}

export function formatTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replace(/\s+/g, " ")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}

function fenceCode(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}
