/** Fixes what can be fixed without further knowledge, after showing it. */
import { createHash } from "node:crypto";
import { mkdir, readFile, realpath, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { UserError } from "../errors";
import { replaceFile } from "../process/replaceFile";
import type { LineEdit, MigrationFinding } from "./finding";
import { maskSecrets } from "./secrets";

/** A file to be changed. */
interface FileFix {
  readonly path: string;
  /** As a diff, without secrets. */
  readonly diff: string;
  /** To detect that somebody has changed it meanwhile. */
  readonly hash: string;
  readonly text: string;
}

const context = 2;

/** Plans the changes. */
export async function planFixes(findings: readonly MigrationFinding[]): Promise<FileFix[]> {
  const byPath = new Map<string, LineEdit[]>();
  for (const { path, edit } of findings) if (edit) byPath.set(path, [...(byPath.get(path) ?? []), edit]);
  const fixes: FileFix[] = [];
  for (const [path, edits] of byPath) {
    // As bytes, so that anything that is not UTF-8 stays unchanged.
    const before = await readFile(path, "latin1");
    const lines = before.split("\n");
    // A continued line was checked together with the next.
    const whole = edits.filter(
      ({ line, count }) => !lines.slice(line - 1, line - 1 + count).some((text) => /\\\r?$/.test(text)),
    );
    const sorted = [...whole]
      .sort((a, b) => a.line - b.line)
      .filter((edit, index, all) => index === 0 || edit.line >= endOf(all[index - 1]));
    if (sorted.length === 0) continue;
    fixes.push({
      path,
      diff: diffOf(path, lines, sorted),
      hash: hashOf(before),
      text: applyEdits(lines, sorted).join("\n"),
    });
  }
  return fixes;
}

function endOf(edit: LineEdit | undefined): number {
  return edit ? edit.line + edit.count : 0;
}

function applyEdits(lines: readonly string[], edits: readonly LineEdit[]): string[] {
  const result: string[] = [];
  let at = 1;
  for (const { line, count, replacement } of edits) {
    const end = lines[line - 1]?.endsWith("\r") ? "\r" : "";
    result.push(...lines.slice(at - 1, line - 1));
    if (replacement !== undefined) result.push(Buffer.from(replacement + end, "utf8").toString("latin1"));
    at = line + count;
  }
  return [...result, ...lines.slice(at - 1)];
}

function diffOf(path: string, lines: readonly string[], edits: readonly LineEdit[]): string {
  const shown = [`--- ${path}`, `+++ ${path}`];
  for (const { line, count, replacement } of edits) {
    const [first, last] = [Math.max(1, line - context), Math.min(lines.length, line + count - 1 + context)];
    shown.push(`@@ line ${line} @@`);
    for (let at = first; at <= last; at += 1) {
      const text = indentText(Buffer.from(lines[at - 1] ?? "", "latin1").toString("utf8"));
      if (at === line + count && replacement !== undefined) shown.push(`+${indentText(replacement)}`);
      if (at < line || at >= line + count) {
        if (at !== lines.length || text !== "") shown.push(` ${text}`);
      } else shown.push(`-${text}`);
    }
    if (last < line + count && replacement !== undefined) shown.push(`+${indentText(replacement)}`);
  }
  return shown.join("\n");
}

/** Without secrets. Of a line about a password, only the keyword is shown. */
function indentText(text: string): string {
  const [, space = "", rest = ""] = /^([ \t]*)([\s\S]*?)\r?$/.exec(text) ?? [];
  return space.replace(/\t/g, "  ") + maskSecrets(rest.replace(/(\bpassword\s+)\S+/g, "$1***"));
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

/** The folder for backups of the original files. */
export function backupFolder(env: NodeJS.ProcessEnv, now: Date): string {
  const state = env.XDG_STATE_HOME || join(env.HOME || homedir(), ".local", "state");
  return join(state, "bitbucket-as-code", "backups", now.toISOString().replace(/[:.]/g, "-"));
}

/**
 * Changes the files, each atomically, after copying them.
 *
 * @throws if a file has changed since it was shown. It is left unchanged then.
 */
export async function applyFixes(fixes: readonly FileFix[], backup: string): Promise<void> {
  await mkdir(backup, { recursive: true, mode: 0o700 });
  const manifest: { path: string; backup: string }[] = [];
  for (const [index, { path, hash, text }] of fixes.entries()) {
    const before = await readFile(path);
    if (hashOf(before.toString("latin1")) !== hash)
      throw new UserError(`${path} changed during the audit, and was not modified. Run the audit again.`);
    const copy = join(backup, String(index + 1));
    // The backup holds the file's secret: only its owner can read it.
    await writeFile(copy, before, { mode: 0o600 });
    manifest.push({ path, backup: copy });
    await writeFile(join(backup, "manifest.json"), `${JSON.stringify(manifest, undefined, 2)}\n`, {
      mode: 0o600,
    });
    // A link to the file is preserved.
    const real = await realpath(path);
    const { mode } = await stat(real);
    replaceFile(real, Buffer.from(text, "latin1"), { isDurable: true, mode });
  }
}
