/** Renders the import as a Pulumi program with the typed classes. */

import { escapeUnprintable, escapeUnprintableJson } from "../bitbucket/printable";
import { capitalise } from "../errors/words";
import { deploymentEnvironment, project, repository } from "../kinds";
import type { Kind, Properties } from "../kinds/kind";
import type { Declaration } from "./declare";
import type { YamlNotes } from "./documents";
import { SecretPlaceholder } from "./tree";

/** The kinds that other resources refer to through constants. */
const referredTo: readonly Kind[] = [project, repository, deploymentEnvironment];

/**
 * @param remarks What was not imported, a line each.
 * @param notes Comments beside a value: for a user's UUID, who it is.
 * @returns TypeScript. Parents come before their members.
 */
export function renderProgram(
  workspace: string,
  objects: readonly Declaration[],
  remarks: readonly string[],
  notes: YamlNotes,
): string {
  const names = new VariableNames();
  const constants = new Map<Declaration, string>();
  const projects = new Map<string, string>();
  const body: string[] = [];
  const inOrder = [...objects].sort((a, b) => rank(a) - rank(b));
  for (const one of inOrder) {
    const { kind, name, parent, live } = one;
    const above = parent && constants.get(parent);
    const args: [string, string][] = [["workspace", "workspace"]];
    for (let owner = parent; owner; owner = owner.parent) {
      const place = owner.kind.parentRole;
      const constant = constants.get(owner);
      if (place && constant) args.push([place, `${constant}.uuid`]);
    }
    for (const [field, value] of Object.entries(findArgs(one))) {
      const target = field === "project" && kind === repository ? projects.get(String(value)) : undefined;
      args.push([field, target ? `${target}.key` : source(value, notes)]);
    }
    const constant = referredTo.includes(kind) ? names.next(kind, name) : undefined;
    if (constant) constants.set(one, constant);
    if (constant && kind === project) projects.set(String(live.found.args.key), constant);
    const account = kind.parents.includes("account");
    const fields = args.filter(([field]) => !(account && field === "workspace"));
    const text = fields
      .map(([field, value]) => (field === value ? `  ${field},` : `  ${field}: ${value},`))
      .join("\n");
    const options = above ? `, { parent: ${above} }` : "";
    body.push(
      `${constant ? `const ${constant} = ` : ""}new ${kind.name}(${JSON.stringify(name)}, {\n${text}\n}${options});`,
    );
  }
  return [...headOf(workspace, objects, remarks), body.join("\n\n"), ""].join("\n");
}

/** All that comes before the resources. */
function headOf(workspace: string, objects: readonly Declaration[], remarks: readonly string[]): string[] {
  const kinds = [...new Set(objects.map(({ kind }) => kind.name))].sort();
  const usesSecrets = objects.some(({ fields }) =>
    Object.values(fields).some((value) => value instanceof SecretPlaceholder),
  );
  return [
    "// Written by bitbucket-as-code import.",
    ...(remarks.length > 0
      ? ["// Not imported:", ...remarks.map((remark) => `//   - ${remark.replace(/\s+/g, " ")}`)]
      : []),
    ...(usesSecrets ? ['import * as pulumi from "@pulumi/pulumi";'] : []),
    `import { ${[...kinds, ...(usesSecrets ? ["keepSecret"] : [])].join(", ")} } from "bitbucket-as-code";`,
    "",
    ...(usesSecrets
      ? [
          "const config = new pulumi.Config();",
          "// Until a secret is supplied, the value in Bitbucket stays unchanged.",
          "const secret = (name: string) => config.getSecret(name) ?? keepSecret;",
        ]
      : []),
    `const workspace = ${JSON.stringify(workspace)};`,
    "",
  ];
}

/** The args, with those that the YAML expresses by its keys. */
export function findArgs({ kind, live, fields }: Declaration): Properties {
  const { nameField } = kind.yaml;
  const args: Record<string, unknown> = {};
  for (const field of Object.keys(kind.args.shape)) {
    if (fields[field] !== undefined) args[field] = fields[field];
    else if (field === nameField && live.found.args[field] !== undefined)
      args[field] = live.found.args[field];
    else if (field === "secured" && live.found.args.secured === true) args[field] = true;
  }
  return args;
}

function source(value: unknown, notes: YamlNotes): string {
  if (value instanceof SecretPlaceholder)
    return value.source === "fromEnv"
      ? `process.env[${JSON.stringify(value.name)}] ?? keepSecret`
      : `secret(${JSON.stringify(value.name)})`;
  if (Array.isArray(value)) return `[${value.map((item) => source(item, notes)).join(", ")}]`;
  if (typeof value === "object" && value !== null)
    return `{ ${Object.entries(value)
      .map(([key, held]) => `${key}: ${source(held, notes)}`)
      .join(", ")} }`;
  const note = typeof value === "string" ? notes.get(value) : undefined;
  const text = escapeUnprintableJson(JSON.stringify(value));
  return text + (note === undefined ? "" : ` /* ${escapeUnprintable(note.replaceAll("*/", ""))} */`);
}

function rank({ kind }: Declaration): number {
  return kind === project ? 0 : 1;
}

class VariableNames {
  readonly #taken = new Set(["config", "pulumi", "secret", "workspace", "keepSecret", "process"]);

  /** `repositoryApi`, `environmentApiProduction`. */
  next(kind: Kind, name: string): string {
    const words = name
      .normalize("NFKD")
      .replace(/\p{M}/gu, "")
      .split(/[^A-Za-z0-9]+/)
      .filter(Boolean);
    const base = String(kind.parentRole) + words.map(capitalise).join("");
    let free = base;
    for (let count = 2; this.#taken.has(free); count += 1) free = `${base}${count}`;
    this.#taken.add(free);
    return free;
  }
}
