/** Renders the page of the audit's checks. */
import type { AuditCheck } from "../audit";
import { formatTable } from "./kindPage";

export function renderAuditPage(checks: readonly AuditCheck[]): string {
  return `${[
    "<!-- Generated from src/audit/checks by `npm run docs`. -->",
    "# Audit checks",
    "The checks of [`audit`](../how-to/audit.md). CIS numbers refer to the CIS Software Supply Chain Security Guide 1.0, and " +
      "Scorecard names to [OpenSSF Scorecard's checks](https://github.com/ossf/scorecard/blob/main/docs/checks.md). " +
      "Checks without a benchmark are specific to this project.",
    formatTable(
      ["check", "severity", "of", "benchmarks"],
      checks.map((check) => [
        `[\`${check.id}\`](#${check.id})`,
        check.severity,
        levelsOf(check),
        benchmarksOf(check) || "–",
      ]),
    ),
    ...checks.flatMap((check) => [
      `## ${check.id}`,
      `${check.title}. Severity: **${check.severity}**.`,
      check.why,
      `**Fix:** ${check.fix}`,
    ]),
  ].join("\n\n")}\n`;
}

function levelsOf(check: AuditCheck): string {
  return (["workspace", "project", "repository"] as const).filter((level) => check[level]).join(", ");
}

function benchmarksOf({ benchmarks }: AuditCheck): string {
  return benchmarks.map(({ source, id }) => `${source} ${id}`).join(", ");
}
