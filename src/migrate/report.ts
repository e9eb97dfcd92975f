/** Describes findings. */
import { relative } from "node:path";
import colors from "picocolors";
import { type FindingLevel, levels, type MigrationFinding } from "./finding";

const colour: Readonly<Record<FindingLevel, (text: string) => string>> = {
  broken: colors.red,
  exposed: colors.magenta,
  check: colors.yellow,
  note: colors.dim,
};

const meaning: Readonly<Record<FindingLevel, string>> = {
  broken: "no longer works",
  exposed: "a secret that anyone can read",
  check: "to be checked",
  note: "works; there is a better form",
};

/** @param from The folder that paths are relative to. */
export function findingsText(findings: readonly MigrationFinding[], from: string): string {
  const lines: string[] = [];
  for (const { level, path, line, text, why, instead, rule } of [...findings].sort(byLevel)) {
    lines.push(
      `${colour[level](level.padEnd(7))} ${toShownPath(path, from)}:${line} ${colors.dim(`[${rule}]`)}`,
      `        ${text}`,
      `        ${why}.`,
      `        ${colors.green("→")} ${instead}`,
    );
  }
  return lines.join("\n");
}

export function formatCounts(findings: readonly MigrationFinding[]): string {
  const counts = levels.flatMap((level) => {
    const count = findings.filter((one) => one.level === level).length;
    return count > 0 ? [`${count} ${level} (${meaning[level]})`] : [];
  });
  return counts.length > 0 ? counts.join(", ") : "nothing found";
}

function byLevel(a: MigrationFinding, b: MigrationFinding): number {
  return (
    levels.indexOf(a.level) - levels.indexOf(b.level) ||
    (a.path < b.path ? -1 : a.path > b.path ? 1 : a.line - b.line)
  );
}

export function toShownPath(path: string, from: string): string {
  const near = relative(from, path);
  return !path.startsWith("/") || near.startsWith("..") || near === "" ? path : near;
}

/** Removes what only a fix needs. */
export function withoutEdits(
  findings: readonly MigrationFinding[],
): readonly (Omit<MigrationFinding, "edit"> & { readonly fixable: boolean })[] {
  return [...findings]
    .sort(byLevel)
    .map(({ edit, ...finding }) => ({ ...finding, fixable: edit !== undefined }));
}
