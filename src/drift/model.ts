/**
 * The result of comparing desired, last applied and live state: the one model that every report renders and
 * `drift --json` prints. schema/drift.schema.json is generated from it.
 */
import { z } from "zod";
import { accountSchema } from "../credentials";
import { maskedSecret } from "../errors";
import { countSeverities, type Severity, severities } from "../kinds/severity";

/** The version of the model. It changes if a field is removed or changes its meaning, not if one is added. */
export const modelVersion = 1;

/** Severities, worst first. */
export const cases = ["drift", "deleted", "recreated", "unmanaged", "pending", "unreadable"] as const;
export type DriftCase = (typeof cases)[number];

/** The meaning of each case, for a report. */
export const caseMeanings: Readonly<Record<DriftCase, string>> = {
  drift: "changed on the server since the last apply",
  deleted: "deleted on the server since the last apply",
  recreated: "deleted and recreated on the server: it has a different id",
  unmanaged: "on the server, and not in YAML",
  pending: "pending: changed in YAML and not applied",
  unreadable: "could not be read: its state is unknown",
};

export { type Severity, severities };

/** The operation that the next apply would perform. */
const operations = ["create", "update", "replace", "delete"] as const;
export type DriftOperation = (typeof operations)[number];

/** How many. */
const count = z.int().nonnegative();

function countOfEach<Name extends string>(names: readonly Name[]) {
  return z.object(Object.fromEntries(names.map((name) => [name, count])) as Record<Name, typeof count>);
}

const severity = z.enum(severities).meta({ description: "The severity, most severe first." });

const position = z.object({
  file: z.string().meta({ description: "Relative to the project, with slashes." }),
  line: z.int().positive().meta({ description: "Starts at 1." }),
  column: z.int().positive().meta({ description: "Starts at 1." }),
});

const value = z.json().optional();

const fieldSchema = z
  .object({
    field: z.string().meta({ description: "The property's name, as in YAML." }),
    last: value.meta({ description: "The last applied value. Omitted if it was not set or not managed." }),
    live: value.meta({ description: "The live value. Omitted if it is not set or was not read." }),
    desired: value.meta({ description: "The value in YAML. Omitted if YAML does not set it." }),
    secret: z.boolean().meta({ description: `Its values are masked: "${maskedSecret}" stands for a value.` }),
    conflict: z
      .boolean()
      .optional()
      .meta({ description: "It was changed on the server and in YAML, to different values." }),
    notApplied: z
      .boolean()
      .optional()
      .meta({ description: "An earlier apply requested it, and Bitbucket accepted it without applying it." }),
    severity,
    position: position.optional().meta({ description: "Its position in YAML." }),
  })
  .meta({ id: "field" });
export type FieldFinding = z.output<typeof fieldSchema>;

const place = {
  kind: z.string().meta({ description: "The resource type: Webhook." }),
  name: z.string().meta({ description: "The resource's name in the stack: api:ci." }),
  project: z.string().optional().meta({ description: "The key of its project." }),
  repository: z.string().optional().meta({
    description: "The repository, or the repository that contains it, by its key in YAML or its slug.",
  }),
};

const findingSchema = z
  .object({
    id: z.string().meta({ description: "Stable for the same resource and case in every run." }),
    fingerprint: z
      .string()
      .meta({ description: "Changes with the content of the finding. Independent of secrets." }),
    case: z.enum(cases).meta({
      description: cases.map((name) => `${name}: ${caseMeanings[name]}`).join("; "),
    }),
    severity,
    ...place,
    title: z.string().meta({ description: 'The resource type in words: "deploy key".' }),
    operation: z
      .enum(operations)
      .optional()
      .meta({ description: "What the next apply would do. Omitted if nothing." }),
    within: z
      .string()
      .optional()
      .meta({ description: "The id of the finding that explains this one: its repository was deleted." }),
    fields: z.array(fieldSchema).meta({
      description: "The differing properties; for a created, deleted or unmanaged resource, all of them.",
    }),
    note: z.string().optional().meta({ description: "Further notes." }),
    scopes: z
      .array(z.string())
      .optional()
      .meta({ description: "The scopes that the credential lacks to read it." }),
    failed: z.boolean().optional().meta({
      description: "For an unreadable resource: an error other than a missing permission.",
    }),
    wasReadable: z.boolean().optional().meta({
      description: "For an unreadable resource: it is in the state, so the last apply could read it.",
    }),
    position: position.optional().meta({ description: "Its position in YAML." }),
    link: z.url().optional().meta({ description: "The URL of its settings in Bitbucket." }),
    since: z.iso
      .datetime()
      .optional()
      .meta({ description: "When a run first found it. Requires a history file." }),
  })
  .meta({ id: "finding" });
export type DriftFinding = z.output<typeof findingSchema>;

const undetectableSchema = z
  .object({
    ...place,
    field: z.string().meta({ description: "The property's name, as in YAML." }),
    reason: z.string().meta({ description: "Why it cannot be compared." }),
    wasReadable: z.boolean().optional().meta({
      description: "The last apply could read it, and this run could not.",
    }),
  })
  .meta({ id: "undetectable" });
export type UndetectableField = z.output<typeof undetectableSchema>;

const policyResultSchema = z
  .object({
    policy: z.string().meta({ description: "The policy's name in YAML." }),
    level: z.enum(["mandatory", "advisory"]),
    verdict: z.enum(["violated", "undecided", "expired"]).meta({
      description:
        "violated: it is not kept; undecided: nobody knows, which never counts as kept; expired: the exception from it has ended.",
    }),
    stopsApply: z.boolean().meta({ description: "Whether an apply stops at it, before the first change." }),
    ...place,
    kind: z.string().optional(),
    name: z.string().optional().meta({
      description: "The resource's name in the stack. Omitted: it is in the live state alone.",
    }),
    message: z.string().meta({ description: "What is wrong, with what to do." }),
    position: position.meta({ description: "The resource's position in YAML, or the policy's." }),
  })
  .omit({ kind: true })
  .meta({ id: "policy" });
export type PolicyResult = z.output<typeof policyResultSchema>;

export const reportSchema = z
  .object({
    version: z.literal(modelVersion).meta({
      description: "Changes if a field is removed or changes its meaning, not if one is added.",
    }),
    stack: z.string().meta({ description: "The requested stack or shard." }),
    workspace: z.string().meta({ description: "Bitbucket's workspace, by its slug." }),
    credential: accountSchema.optional(),
    shards: z.array(z.string()).meta({ description: "The Pulumi stacks whose state was read." }),
    filter: z
      .object({
        repositories: z
          .array(z.string())
          .optional()
          .meta({ description: "Patterns on the repository's key in YAML, or its slug." }),
        projects: z.array(z.string()).optional().meta({ description: "Patterns on the project's key." }),
        kinds: z.array(z.string()).optional().meta({ description: "Resource types, or their sections." }),
      })
      .optional()
      .meta({ description: "The filter. Omitted: everything." }),
    at: z.iso.datetime().meta({ description: "When the run started." }),
    seconds: z.number().nonnegative().meta({ description: "The duration in seconds." }),
    requests: count.meta({ description: "The number of requests to the API." }),
    compared: count.meta({ description: "The number of compared resources." }),
    notLookedAt: count.optional().meta({
      description: "With `--changed`: resources that the YAML does not change, and that were not compared.",
    }),
    oldestReadSeconds: count.optional().meta({
      description: "How old the oldest response is that the run took from an interrupted one.",
    }),
    unchanged: count.meta({ description: "The number of compared resources without findings." }),
    complete: z.boolean().meta({ description: "Whether everything could be read." }),
    fingerprint: z.string().meta({
      description:
        "A digest of the live values of all managed properties. It changes when someone changes one of them.",
    }),
    counts: z
      .object({
        cases: countOfEach(cases).meta({ description: "Findings by case." }),
        severities: countOfEach(severities).meta({ description: "Findings by severity." }),
      })
      .meta({ description: "Contains every case and severity, including those with 0." }),
    findings: z.array(findingSchema).meta({
      description: "By project and repository, the worst first. What explains others comes before them.",
    }),
    undetectable: z
      .array(undetectableSchema)
      .meta({ description: "Properties that cannot be compared, because the API does not return them." }),
    policies: z.array(policyResultSchema).optional().meta({
      description: "Policies that are not kept, or cannot be decided. Omitted: the stack has no policies.",
    }),
    warnings: z.array(z.string()).meta({
      description: "Warnings about the YAML, about policies, and about patterns that match nothing.",
    }),
  })
  .meta({
    title: "Report of bitbucket-as-code drift",
    description: "The differences between the desired, the last applied and the live state.",
  });
export type DriftReport = z.output<typeof reportSchema>;

/** Counts findings by case and by severity. Every case and severity is present, even with 0. */
export function countsOf(findings: readonly DriftFinding[]): DriftReport["counts"] {
  const count = <Name extends string>(names: readonly Name[], of: (finding: DriftFinding) => Name) =>
    Object.fromEntries(
      names.map((name) => [name, findings.filter((finding) => of(finding) === name).length]),
    ) as Record<Name, number>;
  return {
    cases: count(cases, (finding) => finding.case),
    severities: { ...countSeverities(findings) },
  };
}

/** Whether a severity is at least as severe as another. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(least);
}
