/** Applies all rules to one file. */
import type { LineFinding, LogicalLine, MigrationFinding } from "./finding";
import { rules } from "./rules";
import { cutExcerpt, removeSecrets } from "./secrets";

/** The findings of the rules. The path decides which rules apply. */
export async function auditLines(
  path: string,
  lines: AsyncIterable<LogicalLine>,
): Promise<MigrationFinding[]> {
  const posix = path.replace(/\\/g, "/");
  const readings = rules
    .filter((rule) => rule.files?.(posix) ?? true)
    .map((rule) => ({ id: rule.id, reading: rule.start(posix) }));
  const texts = new Map<number, string>();
  const found: { id: string; found: LineFinding }[] = [];
  for await (const line of lines) {
    let kept = false;
    for (const { id, reading } of readings) {
      for (const one of reading.line(line)) {
        found.push({ id, found: one });
        kept = true;
      }
    }
    // A rule's findings at the end refer to earlier lines.
    if (kept || suspicious.test(line.text)) texts.set(line.number, line.text);
  }
  for (const { id, reading } of readings)
    for (const one of reading.end?.() ?? []) found.push({ id, found: one });
  return completeFindings(path, found, texts);
}

const suspicious = /auth|user|password|login|machine/i;

function completeFindings(
  path: string,
  found: readonly { id: string; found: LineFinding }[],
  texts: ReadonlyMap<number, string>,
): MigrationFinding[] {
  // A secret that one rule detects is masked in the excerpts of all.
  const secrets = [...new Set(found.flatMap((one) => one.found.secrets ?? []))];
  // Does not repeat what another rule reports about the same secret.
  const told = found
    .filter(({ id }) => id !== "token")
    .flatMap((one) => (one.found.secrets ?? []).map((secret) => `${one.found.line} ${secret}`));
  const findings: MigrationFinding[] = [];
  for (const { id, found: one } of found) {
    const marks = (one.secrets ?? []).map((secret) => `${one.line} ${secret}`);
    const again = marks.some((mark) =>
      told.some((other) => other.startsWith(mark) || mark.startsWith(other)),
    );
    if (id === "token" && again) continue;
    const { secrets: _, why, instead, ...rest } = one;
    findings.push({
      rule: id,
      path,
      ...rest,
      text: cutExcerpt(texts.get(one.line) ?? "", secrets),
      why: removeSecrets(why, secrets),
      instead: removeSecrets(instead, secrets),
    });
  }
  return findings.sort((a, b) => a.line - b.line);
}
