/**
 * The result of an audit: the one model that every report renders and `audit --json` prints.
 * schema/audit.schema.json is generated from it.
 */
import { z } from "zod";
import { severities } from "../kinds/severity";
import { unreadPartSchema } from "../report/unread";
import { areas } from "./checks/shared/check";

/** The version of the model. It changes if a field is removed or changes its meaning, not if one is added. */
export const auditVersion = 1;

const count = z.int().nonnegative();
const severity = z.enum(severities).meta({ description: "The severity, most severe first." });
const score = z.int().min(0).max(100).meta({
  description:
    "Of the checks that were made, the part that passed, each with its weight (critical 10, high 5, medium 2, low 1), in percent. 0 where no check could be made.",
});

const benchmark = z.object({
  source: z.enum(["CIS", "Scorecard"]).meta({
    description:
      "CIS: the CIS Software Supply Chain Security Guide 1.0. Scorecard: the checks of OpenSSF Scorecard.",
  }),
  id: z.string().meta({ description: "1.1.16, or Branch-Protection." }),
});

const auditedCheckSchema = z
  .object({
    id: z.string().meta({ description: "What a baseline and --check name." }),
    title: z.string(),
    area: z.enum(areas).meta({ description: "The category." }),
    severity,
    why: z.string().meta({ description: "Why it matters." }),
    fix: z.string().meta({ description: "How to fix it." }),
    benchmarks: z.array(benchmark),
    passed: count.meta({ description: "Owners of which there is nothing to say." }),
    failed: count.meta({ description: "Owners with at least one finding that is not accepted." }),
    skipped: z.string().optional().meta({ description: "Why it was not made at all." }),
  })
  .meta({ id: "check" });
export type AuditedCheck = z.output<typeof auditedCheckSchema>;

const auditFindingSchema = z
  .object({
    id: z.string().meta({ description: "The same for the same problem in every run." }),
    check: z.string().meta({ description: "The check's id." }),
    severity,
    project: z.string().optional().meta({ description: "The key of its project." }),
    repository: z.string().optional().meta({ description: "The slug of the repository that it belongs to." }),
    subject: z.string().meta({ description: "What has the problem: webhook ci." }),
    message: z.string().meta({ description: "What is wrong with it, as the end of a sentence." }),
    yaml: z.string().optional().meta({ description: "The desired state that solves it, as YAML." }),
    link: z.url().optional().meta({ description: "The URL of its settings in Bitbucket." }),
    accepted: z
      .object({
        reason: z.string().meta({ description: "Why it may stay." }),
        until: z.iso.date().optional().meta({ description: "The last day on which it may." }),
      })
      .optional()
      .meta({
        description: "The baseline accepts it: it counts neither for the score nor for the exit code.",
      }),
  })
  .meta({ id: "finding" });
export type AuditFinding = z.output<typeof auditFindingSchema>;

const scored = { score };

export const auditReportSchema = z
  .object({
    version: z.literal(auditVersion),
    workspace: z.string().meta({ description: "Bitbucket's workspace, by its slug." }),
    at: z.iso.datetime().meta({ description: "When the audit began." }),
    seconds: z.number().nonnegative(),
    requests: count.meta({ description: "The number of requests to the API." }),
    complete: z.boolean().meta({ description: "Whether everything could be read." }),
    score,
    projects: z.array(z.object({ key: z.string(), ...scored })).meta({ description: "The worst first." }),
    repositories: z
      .array(z.object({ slug: z.string(), project: z.string().optional(), ...scored }))
      .meta({ description: "The worst first." }),
    counts: z
      .object(
        Object.fromEntries(severities.map((name) => [name, count])) as Record<
          (typeof severities)[number],
          typeof count
        >,
      )
      .meta({ description: "Findings by severity, without accepted ones." }),
    checks: z.array(auditedCheckSchema),
    findings: z.array(auditFindingSchema).meta({ description: "The most severe first." }),
    unread: z.array(unreadPartSchema).meta({
      description: "Checks that need it were not made there: nothing is known, nothing has passed.",
    }),
    warnings: z
      .array(z.string())
      .meta({ description: "Of the baseline: what expired, and what fits nothing." }),
  })
  .meta({
    title: "Report of bitbucket-as-code audit",
    description: "Findings in the live state of a workspace.",
  });
export type AuditReport = z.output<typeof auditReportSchema>;
