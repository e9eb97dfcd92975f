/** The files of teams beside the stack. */
import { dirname, resolve } from "node:path";
import { suggestWord } from "../../model/suggest";
import type { Diagnostics } from "../diagnostics";
import { readTeamFile, type SourceFile, toShownPath } from "../files";
import { describeNode, isNull, type MapEntry } from "../node";
import type { Structure } from "../structure";
import type { DelegatedFile } from "./layers";
import type { DelegationRule } from "./read";

interface TeamFiles {
  readonly files: readonly DelegatedFile[];
  /** What was read. */
  readonly sources: readonly SourceFile[];
}

/**
 * Reads the files that rules name.
 *
 * @param stackFiles The stack's own files.
 * @param root The project's folder, outside of which nothing is read.
 */
export function readTeamFiles(
  rules: readonly DelegationRule[],
  stackFiles: readonly SourceFile[],
  root: string,
  structure: Structure,
  diagnostics: Diagnostics,
): TeamFiles {
  const folders = new Map(stackFiles.map((file) => [file.name, dirname(file.path)]));
  const byPath = new Map<string, DelegationRule[]>();
  for (const rule of rules) {
    if (!rule.file) continue;
    const path = resolve(folders.get(rule.file.position.file) ?? root, rule.file.path);
    byPath.set(path, [...(byPath.get(path) ?? []), rule]);
  }
  const sources: SourceFile[] = [];
  const files: DelegatedFile[] = [];
  for (const [path, its] of byPath) {
    const at = its[0]?.file?.position;
    if (!at) continue;
    if (stackFiles.some((file) => file.path === path)) {
      diagnostics.error(
        at,
        `${toShownPath(root, path)} is a file of the stack itself, and cannot be a team's as well`,
      );
      continue;
    }
    const source = readTeamFile(path, root, at, diagnostics);
    if (!source) continue;
    sources.push(source);
    files.push({
      name: source.name,
      rules: its,
      repositories: repositoriesIn(source, its, structure, diagnostics),
    });
  }
  return { files, sources };
}

function repositoriesIn(
  { content }: SourceFile,
  rules: readonly DelegationRule[],
  structure: Structure,
  diagnostics: Diagnostics,
): ReadonlyMap<string, MapEntry> {
  const section = structure.profiledKind?.yaml.section ?? "";
  const found = new Map<string, MapEntry>();
  for (const [name, { key, value }] of content.entries) {
    if (name !== section) {
      const [first] = rules;
      const where = first ? `: the rule "${first.name}" (${first.position.file}:${first.position.line})` : "";
      diagnostics.error(
        key,
        `"${name}" cannot be set in a team's file${where} delegates only what is below "${section}"`,
        suggestWord(name, [section]),
      );
      continue;
    }
    if (value.type === "broken" || isNull(value)) continue;
    if (value.type !== "map") {
      diagnostics.error(value.position, `must be a map with a name for each, not ${describeNode(value)}`);
      continue;
    }
    for (const [repository, entry] of value.entries) {
      if (!isNull(entry.value)) found.set(repository, entry);
      else diagnostics.error(entry.key, "is empty. Leave the line out, or set a property");
    }
  }
  return found;
}
