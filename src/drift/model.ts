/**
 * The result of comparing desired, last applied and live state: the one model that every report renders and
 * `drift --json` prints. schema/drift.schema.json is generated from it.
 */
import { z } from "zod";
import { maskedSecret } from "../errors";
import { type Severity, severities } from "../kinds/severity";

/** The version of the model. It changes if a field is removed or changes its meaning, not if one is added. */
export const modelVersion = 1;

/** Severities, worst first. */
export const cases = ["drift", "deleted", "recreated", "unmanaged", "pending", "unreadable"] as const;
export type DriftCase = (typeof cases)[number];

/** The meaning of each case, for a report. */
export const caseMeanings: Readonly<Record<DriftCase, string>> = {
  drift: "changed on the server since the last apply",
  deleted: "deleted on the server since the last apply",
  recreated: "deleted on the server and made anew: it has another id",
  unmanaged: "on the server, and not in YAML",
  pending: "changed in YAML and not applied yet",
  unreadable: "could not be read: nothing is known of it",
};

export { type Severity, severities };

/** The operation that the next apply would perform. */
export const operations = ["create", "update", "replace", "delete"] as const;
export type DriftOperation = (typeof operations)[number];

/** How many. */
const count = z.int().nonnegative();

function countOfEach<Name extends string>(names: readonly Name[]) {
  return z.object(Object.fromEntries(names.map((name) => [name, count])) as Record<Name, typeof count>);
}

const severity = z.enum(severities).meta({ description: "How much it matters, the most first." });

const position = z.object({
  file: z.string().meta({ description: "Relative to the project, with slashes." }),
  line: z.int().positive().meta({ description: "The first is 1." }),
  column: z.int().positive().meta({ description: "The first is 1." }),
});

const value = z.json().optional();

export const fieldSchema = z
  .object({
    field: z.string().meta({ description: "The field's name, as in YAML." }),
    last: value.meta({ description: "What was last applied. Left out: it was not set, or not managed." }),
    live: value.meta({ description: "What is on the server. Left out: it is not set, or was not read." }),
    desired: value.meta({ description: "What YAML says. Left out: it does not say anything." }),
    secret: z
      .boolean()
      .meta({ description: `Its values are masked: "${maskedSecret}" says that there is one.` }),
    conflict: z
      .boolean()
      .optional()
      .meta({ description: "It was changed on the server and in YAML, to different values." }),
    notApplied: z
      .boolean()
      .optional()
      .meta({ description: "An earlier apply asked for it, and Bitbucket took it without applying it." }),
    severity,
    position: position.optional().meta({ description: "Where YAML says it." }),
  })
  .meta({ id: "field" });
export type FieldFinding = z.output<typeof fieldSchema>;

const place = {
  kind: z.string().meta({ description: "The kind's name: Webhook." }),
  name: z.string().meta({ description: "The resource's name in the stack: api:ci." }),
  project: z.string().optional().meta({ description: "The key of the project that it belongs to." }),
  repository: z
    .string()
    .optional()
    .meta({ description: "The repository that it is or belongs to, by its key in YAML or its slug." }),
};

export const findingSchema = z
  .object({
    id: z.string().meta({ description: "The same for the same resource and case in every run." }),
    fingerprint: z
      .string()
      .meta({ description: "The same as long as the finding says the same. Secrets have no part in it." }),
    case: z.enum(cases).meta({
      description: cases.map((name) => `${name}: ${caseMeanings[name]}`).join("; "),
    }),
    severity,
    ...place,
    title: z.string().meta({ description: 'The kind in words: "deploy key".' }),
    operation: z
      .enum(operations)
      .optional()
      .meta({ description: "What the next apply would do to it. Left out: nothing." }),
    within: z
      .string()
      .optional()
      .meta({ description: "The id of the finding that explains this one: its repository was deleted." }),
    fields: z.array(fieldSchema).meta({
      description:
        "What differs; of what is to be created, deleted or not managed, all there is to say of it.",
    }),
    note: z.string().optional().meta({ description: "What else there is to say." }),
    scopes: z
      .array(z.string())
      .optional()
      .meta({ description: "The scopes that the credential lacks for reading it." }),
    failed: z.boolean().optional().meta({
      description: "Of what is unreadable: not a permission is missing, but something went wrong.",
    }),
    wasReadable: z.boolean().optional().meta({
      description: "Of what is unreadable: it is in the state, so that the last apply could read it.",
    }),
    position: position.optional().meta({ description: "Where it is written in YAML." }),
    link: z.url().optional().meta({ description: "Bitbucket's page with its settings." }),
    since: z.iso
      .datetime()
      .optional()
      .meta({ description: "When a run first saw it. Only known with a history file." }),
  })
  .meta({ id: "finding" });
export type DriftFinding = z.output<typeof findingSchema>;

export const undetectableSchema = z
  .object({
    ...place,
    field: z.string().meta({ description: "The field's name, as in YAML." }),
    reason: z.string().meta({ description: "Why it cannot be compared." }),
    wasReadable: z.boolean().optional().meta({
      description: "The last apply could read it, and this run could not.",
    }),
  })
  .meta({ id: "undetectable" });
export type UndetectableField = z.output<typeof undetectableSchema>;

export const reportSchema = z
  .object({
    version: z.literal(modelVersion).meta({
      description: "Another one where a field has gone away or means another thing, not where one was added.",
    }),
    stack: z.string().meta({ description: "What was asked for: a stack, or one shard of it." }),
    workspace: z.string().meta({ description: "Bitbucket's workspace, by its slug." }),
    shards: z.array(z.string()).meta({ description: "The Pulumi stacks whose state was read." }),
    filter: z
      .object({
        repositories: z
          .array(z.string())
          .optional()
          .meta({ description: "Patterns on the repository's key in YAML, or its slug." }),
        projects: z.array(z.string()).optional().meta({ description: "Patterns on the project's key." }),
        kinds: z.array(z.string()).optional().meta({ description: "Names of kinds, or of their sections." }),
      })
      .optional()
      .meta({ description: "What was asked for. Left out: everything." }),
    at: z.iso.datetime().meta({ description: "When the run began." }),
    seconds: z.number().nonnegative().meta({ description: "How long it took." }),
    requests: count.meta({ description: "Requests to the API." }),
    compared: count.meta({ description: "Resources that were compared." }),
    notLookedAt: count.optional().meta({
      description: "With `--changed`: resources that the YAML does not change, and that were not compared.",
    }),
    unchanged: count.meta({ description: "Those among them of which there is nothing to say." }),
    complete: z.boolean().meta({ description: "Whether everything could be read." }),
    fingerprint: z.string().meta({
      description: "Of the live values of all managed fields. It changes when somebody changes one of them.",
    }),
    counts: z
      .object({
        cases: countOfEach(cases).meta({ description: "Findings by case." }),
        severities: countOfEach(severities).meta({ description: "Findings by severity." }),
      })
      .meta({ description: "Each case and severity is there, be it with 0." }),
    findings: z.array(findingSchema).meta({
      description: "By project and repository, the worst first. What explains others comes before them.",
    }),
    undetectable: z
      .array(undetectableSchema)
      .meta({ description: "Fields of which the API does not show whether they drifted." }),
    warnings: z.array(z.string()).meta({
      description: "What is odd and no finding: in YAML, and patterns that fit nothing.",
    }),
  })
  .meta({
    title: "Report of bitbucket-as-code drift",
    description: "Findings of a comparison of the desired, the last applied and the live state.",
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
    severities: count(severities, ({ severity }) => severity),
  };
}

/** Whether a severity is at least as severe as another. */
export function isAtLeast(severity: Severity, least: Severity): boolean {
  return severities.indexOf(severity) <= severities.indexOf(least);
}
