/**
 * The baseline: findings that may stay, each with a reason, and the last day on which it may. What is written is
 * held to strictly: an entry that has expired counts no more, and one that fits nothing is named.
 */
import { parse, stringify } from "yaml";
import { z } from "zod";
import { UserError } from "../errors";
import type { Acceptance } from "./audit";
import { checkNamed } from "./checks";
import type { AuditFinding } from "./model";

const entrySchema = z.strictObject({
  check: z.string(),
  project: z.string().optional(),
  repository: z.string().optional(),
  /** As the report has it: `webhook ci`. Left out: all findings of the check there. */
  subject: z.string().optional(),
  reason: z.string().trim().min(1, "must not be empty: say why this may stay"),
  until: z.iso.date("must be a day, such as 2027-01-31").optional(),
});
export type BaselineEntry = z.output<typeof entrySchema>;

const baselineSchema = z.strictObject({ accept: z.array(entrySchema) });

/** @throws {UserError} that names the file and the entry. */
export function parseBaseline(text: string, file: string): readonly BaselineEntry[] {
  let content: unknown;
  try {
    content = parse(text);
  } catch (error) {
    throw new UserError(`${file} is not YAML: ${error instanceof Error ? error.message.split("\n")[0] : ""}`);
  }
  const parsed = baselineSchema.safeParse(content);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new UserError(
      `${file}: ${issue?.path.join(".") || "the file"}: ${issue?.message}. It holds "accept:", a list of entries with check, reason, and, if required, project, repository, subject and until.`,
    );
  }
  for (const [index, { check }] of parsed.data.accept.entries())
    if (!checkNamed(check))
      throw new UserError(`${file}: accept.${index}.check: there is no check "${check}".`);
  return parsed.data.accept;
}

/** Marks the findings that an entry fits. An entry is valid until the end of its last day, in UTC. */
export function acceptFindings(
  entries: readonly BaselineEntry[],
  findings: readonly AuditFinding[],
  now: Date,
): Acceptance {
  const today = now.toISOString().slice(0, 10);
  const accepted = new Map<AuditFinding, NonNullable<AuditFinding["accepted"]>>();
  const warnings: string[] = [];
  for (const entry of entries) {
    const fitting = findings.filter((finding) => isFitting(entry, finding));
    if (fitting.length === 0) {
      warnings.push(`The baseline's entry for ${describe(entry)} fits nothing: remove it.`);
      continue;
    }
    if (entry.until !== undefined && entry.until < today) {
      warnings.push(
        `The baseline's entry for ${describe(entry)} expired on ${entry.until} (${entry.reason}).`,
      );
      continue;
    }
    const { reason, until } = entry;
    for (const finding of fitting)
      accepted.set(finding, { reason, ...(until === undefined ? {} : { until }) });
  }
  return { accepted, warnings };
}

/** A finding in a project itself is not one in its repositories, and the other way round. */
function isFitting(entry: BaselineEntry, finding: AuditFinding): boolean {
  return (
    entry.check === finding.check &&
    (entry.project === undefined || entry.project === finding.project) &&
    entry.repository === finding.repository &&
    (entry.repository !== undefined || entry.project === finding.project) &&
    (entry.subject === undefined || entry.subject === finding.subject)
  );
}

function describe({ check, project, repository, subject }: BaselineEntry): string {
  return [check, ...[project, repository, subject].filter((part) => part !== undefined)].join(", ");
}

/**
 * The baseline that accepts all of these findings. What is accepted already keeps its reason and its day; the rest
 * gets these.
 */
export function writeBaseline(
  findings: readonly AuditFinding[],
  { reason, until }: Pick<BaselineEntry, "reason" | "until">,
): string {
  const accept = findings.map(({ check, project, repository, subject, accepted }) => ({
    check,
    ...(project === undefined ? {} : { project }),
    ...(repository === undefined ? {} : { repository }),
    subject,
    ...(accepted ?? { reason, ...(until === undefined ? {} : { until }) }),
  }));
  return `# Findings that may stay: bitbucket-as-code audit --baseline reads it.\n${stringify({ accept }, { lineWidth: 0 })}`;
}
