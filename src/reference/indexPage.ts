/** The list of all kinds, beside what the two Terraform providers for Bitbucket call them. */
import type { Kind } from "../kinds/kind";
import { fileOf, table } from "./kindPage";
import { withoutCounterpart } from "./peers";

export function indexPage(kinds: readonly Kind[]): string {
  const rows = kinds.map((kind) => {
    const code = (names: readonly string[] = []) =>
      names.map((name) => `\`bitbucket_${name}\``).join(", ") || "—";
    return [
      `[${kind.name}](${fileOf(kind)})`,
      kind.summary,
      `\`${kind.yaml.section}\``,
      code(kind.terraform.drFaust92),
      code(kind.terraform.zahiar),
    ];
  });
  return `${[
    "<!-- Generated from the kinds by `npm run docs`. -->",
    "# Reference",
    "Every kind of thing that a workspace can hold, with its section in YAML, and its counterparts in the two Terraform providers.",
    table(["kind", "what it is", "in YAML", "DrFaust92/bitbucket", "zahiar/bitbucket"], rows),
    "## What the providers have and this has not",
    withoutCounterpart.map((line) => `- ${line}`).join("\n"),
  ].join("\n\n")}\n`;
}
