/** One audit, from the first request to the report. */
import type { ReadClient } from "../bitbucket";
import { countSeverities } from "../kinds/severity";
import type { LiveReader } from "../live";
import type { AuditCheck } from "./checks/shared/check";
import { type AuditReading, type ReadOptions, readWorkspace } from "./checks/shared/read";
import type { AuditSettings } from "./checks/shared/settings";
import { type AuditFinding, type AuditReport, auditVersion } from "./model";
import { countChecks, type FoundProblem, runChecks } from "./run";
import { scoresOf } from "./score";

export interface AuditOptions extends Omit<ReadOptions, "parts"> {
  readonly checks: readonly AuditCheck[];
  readonly settings: AuditSettings;
  /** Marks what is accepted. Returns warnings. */
  readonly accept?: ((findings: readonly AuditFinding[]) => Acceptance) | undefined;
}

export interface Acceptance {
  readonly accepted: ReadonlyMap<AuditFinding, NonNullable<AuditFinding["accepted"]>>;
  readonly warnings: readonly string[];
}

interface Audit {
  readonly report: AuditReport;
  readonly found: readonly FoundProblem[];
  readonly reading: AuditReading;
}

export async function auditWorkspace(
  client: ReadClient,
  reader: LiveReader,
  options: AuditOptions,
): Promise<Audit> {
  const { settings, checks } = options;
  const began = Date.now();
  const before = client.budget.requests;
  const reading = await readWorkspace(client, reader, {
    ...options,
    parts: new Set(
      checks.filter((check) => check.skip?.(settings) === undefined).flatMap(({ needs }) => needs),
    ),
  });
  const { found, outcomes } = runChecks(reading, checks, settings);
  const { accepted, warnings } = options.accept?.(found.map(({ finding }) => finding)) ?? {
    accepted: new Map(),
    warnings: [],
  };
  for (const [finding, acceptance] of accepted) finding.accepted = acceptance;
  const findings = found.map(({ finding }) => finding);
  const open = findings.filter((finding) => finding.accepted === undefined);
  const report: AuditReport = {
    version: auditVersion,
    workspace: options.workspace,
    at: settings.now.toISOString(),
    seconds: (Date.now() - began) / 1000,
    requests: client.budget.requests - before,
    complete: reading.unread.length === 0,
    ...scoresOf(outcomes),
    counts: countSeverities(open),
    checks: countChecks(checks, outcomes, settings),
    findings,
    unread: [...reading.unread],
    warnings: [...warnings],
  };
  return { report, found, reading };
}
