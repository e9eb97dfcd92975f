/** Renders the list of all kinds, beside their names in the two Terraform providers for Bitbucket. */
import type { Kind } from "../kinds/kind";
import { fileOf, formatTable } from "./kindPage";

/** Kinds of the two Terraform providers that have no counterpart here, and why. */
const withoutCounterpart = [
  "`bitbucket_group`, `bitbucket_group_membership`, `bitbucket_group_member`: version 2.0 of the API has no endpoint for groups. The providers use the 1.0 API, which requires a scope that API tokens cannot have, and which does not work for workspaces on admin.atlassian.com. Permissions and branch restrictions refer to groups by slug.",
  "Branch restrictions of a project: the API has no public endpoint.",
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
    "# Resource types",
    "All resource types, with their sections in YAML, and their counterparts in the two Terraform providers.",
    formatTable(
      ["resource type", "description", "section in YAML", "DrFaust92/bitbucket", "zahiar/bitbucket"],
      rows,
    ),
    "## Not supported",
    withoutCounterpart.map((line) => `- ${line}`).join("\n"),
  ].join("\n\n")}\n`;
}
