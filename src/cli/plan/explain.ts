/**
 * `explain`: shows the effective values of a repository, and the line that each comes from. It only reads the YAML, and
 * the repository's own file where a rule is about it.
 */
import { Command } from "commander";
import colors from "picocolors";
import {
  type DesiredResource,
  type ExplainedField,
  type Explanation,
  explainResource,
  loadStack,
  onlyRepositories,
  type Position,
  type ValueSource,
} from "../../desired";
import { slugOf } from "../../kinds/slug";
import { suggestWord } from "../../model/suggest";
import { addExamples } from "../shared/examples";
import { printOutput } from "../shared/output/print";
import { findOnlyStack, stackFile, UsageError } from "../shared/project";
import { repositoryFilesBeside } from "../shared/repositoryFiles";

interface ExplainCommandOptions {
  readonly stack?: string;
  readonly kinds?: readonly string[];
  readonly all?: boolean;
  readonly json?: boolean;
}

export function createExplainCommand(): Command {
  return addExamples(
    new Command("explain")
      .description("Show the effective settings of a repository, and the line of each value")
      .argument("<repository>", "the key or name of a repository, or the key of a project")
      .option("-s, --stack <stack>", "the stack's name, if there are several, or the path of its file")
      .option("--kinds <names...>", "only these resource types: Webhook, deployKeys, …")
      .option("-a, --all", "include default values")
      .option("--json", "print it as JSON")
      .action(async (name: string, options: ExplainCommandOptions) => {
        const path = stackFile(options.stack ?? findOnlyStack());
        const stack = await loadStack(path, {
          keepExpired: true,
          // Those of others decide nothing here.
          repositoryFiles: onlyRepositories(
            repositoryFilesBeside(path),
            ({ repository, slug }) => repository === name || slug === slugOf(name),
          ),
        });
        const root = rootNamed(stack.resources, name);
        const explanation = explainResource(stack, root, options);
        if (explanation.resources.length === 0)
          throw new UsageError(
            `${name} has no resources of these types. It has: ${kindsOf(explainResource(stack, root)).join(", ")}.`,
          );
        if (options.json)
          printOutput("explain", { workspace: stack.workspace, name: root.name, ...explanation });
        else process.stdout.write(`${formatExplanation(explanation)}\n`);
      }),
    [
      "npx bitbucket-as-code explain api",
      "npx bitbucket-as-code explain api --stack acme --kinds Webhook PipelineVariable",
      "npx bitbucket-as-code explain api --json | jq '.resources[].fields[] | select(.layer == \"profile\")'",
    ],
  );
}

function rootNamed(resources: readonly DesiredResource[], name: string): DesiredResource {
  const roots = resources.filter(({ parent, kind }) => !parent && kind.parentRole !== undefined);
  const found =
    roots.find((root) => root.name === name && root.kind.parentRole === "repository") ??
    roots.find((root) => root.args.name === name && root.kind.parentRole === "repository") ??
    roots.find((root) => root.name === name);
  if (found) return found;
  const names = roots.map((root) => root.name);
  const meant = suggestWord(name, names);
  throw new UsageError(
    `There is no repository or project "${name}" in this stack.${meant === undefined ? ` It has ${names.length} of them.` : ` Did you mean "${meant}"?`}`,
  );
}

function kindsOf({ resources }: Explanation): string[] {
  return [...new Set(resources.map(({ kind }) => kind))];
}

/** Characters of a value, at most. */
const widest = 60;

/** Renders a block for each resource, in columns: field, value, place, reason. */
export function formatExplanation({ resources, removed }: Explanation): string {
  const rows = resources.map(({ fields }) =>
    fields.map((field) => [field.field, valueText(field.value), placeText(field), whyText(field)] as const),
  );
  const widths = [0, 1, 2].map((column) =>
    Math.max(0, ...rows.flat().map((row) => row[column]?.length ?? 0)),
  );
  const blocks = resources.map(({ kind, name, position }, index) => [
    `${colors.bold(`${kind} ${name}`)}  ${colors.dim(place(position))}`,
    ...(rows[index] ?? []).map(([field, value, where, why]) =>
      `  ${field.padEnd(widths[0] ?? 0)}  ${colors.cyan(value.padEnd(widths[1] ?? 0))}  ${where.padEnd(widths[2] ?? 0)}  ${colors.dim(why)}`.trimEnd(),
    ),
  ]);
  const gone = removed.map(
    ({ section, name, by, overrides }) =>
      `  ${section}.${name}  ${by.position ? place(by.position) : ""}  ${colors.dim(`over ${overrides.map((source) => sourceText(source, false)).join(", ")}`)}`,
  );
  return [
    ...blocks.map((lines) => lines.join("\n")),
    ...(gone.length > 0 ? [[colors.bold("Removed"), ...gone].join("\n")] : []),
  ].join("\n\n");
}

function whyText({ overrides, ...source }: ExplainedField): string {
  const over = overrides.map((other) => sourceText(other, true)).join(", ");
  return over === "" ? layerText(source) : `${layerText(source)}, over ${over}`;
}

function sourceText(source: ValueSource, withValue: boolean): string {
  const where = source.position ? ` (${place(source.position)})` : "";
  return `${withValue ? `${valueText(source.value)} of ` : ""}${layerText(source)}${where}`;
}

function layerText({ layer, of, allowedAt }: ValueSource): string {
  if (layer === "delegated")
    return `delegated by the rule ${of ?? ""}${allowedAt ? ` (${place(allowedAt)})` : ""}`;
  if (layer === "rule") return `the rule ${of === undefined ? "" : JSON.stringify(of)}`.trimEnd();
  if (layer === "profile") return `the profile ${of ?? ""}`.trimEnd();
  if (layer === "defaults") return "the defaults";
  if (layer === "default") return "default";
  return layer;
}

function placeText({ position }: ValueSource): string {
  return position ? place(position) : "";
}

function place({ file, line }: Position): string {
  return `${file}:${line}`;
}

function valueText(value: unknown): string {
  if (value === null) return "null";
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const oneLine = (text ?? "").replace(/\s*\n\s*/g, " ⏎ ");
  return oneLine.length > widest ? `${oneLine.slice(0, widest - 1)}…` : oneLine;
}
