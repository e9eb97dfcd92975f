/** Renders the list of all kinds, beside their names in the two Terraform providers for Bitbucket. */
import type { Kind } from "../kinds/kind";
import { fileOf, formatTable } from "./kindPage";

/** Kinds of the two Terraform providers that have no counterpart here, and why. */
const withoutCounterpart = [
  "`bitbucket_group`, `bitbucket_group_membership`, `bitbucket_group_member`: version 2.0 of the API has no endpoint for groups. The providers use the old 1.0 API, which takes a scope that no API token can have, and which is dead for workspaces on admin.atlassian.com. Permissions and branch restrictions refer to groups by their slugs.",
  "Branch restrictions of a project: the API has no public endpoint for them.",
];

export function renderIndexPage(kinds: readonly Kind[]): string {
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
    formatTable(["kind", "what it is", "in YAML", "DrFaust92/bitbucket", "zahiar/bitbucket"], rows),
    "## What the providers have and this has not",
    withoutCounterpart.map((line) => `- ${line}`).join("\n"),
  ].join("\n\n")}\n`;
}
