/** A plan file: the changes of an apply, and everything that must be unchanged when it runs. */
import { z } from "zod";
import { positionSchema } from "../../desired/diagnostics";
import { errorText, isBug, UserError } from "../../errors";

/** Of another format, a plan is refused rather than guessed at. */
export const planFormat = "bitbucket-as-code plan 2";

const change = z.strictObject({
  /** The Pulumi stack: `acme`, `acme.PLAT`. */
  stack: z.string(),
  operation: z.enum(["create", "adopt", "update", "replace", "delete"]),
  kind: z.string(),
  name: z.string(),
  /** Of an update and a replacement, those that differ; of a creation, those that are written. Secrets are hidden. */
  fields: z.array(
    z.strictObject({ field: z.string(), old: z.unknown().optional(), new: z.unknown().optional() }),
  ),
  /** Of a creation: somebody deleted it in Bitbucket. */
  wasDeleted: z.literal(true).optional(),
  /** Where the YAML says so. Nothing says it of what is deleted. */
  position: positionSchema.optional(),
});

const body = z.strictObject({
  format: z.literal(planFormat),
  /** The version of bitbucket-as-code that created it. */
  tool: z.string(),
  stack: z.string(),
  workspace: z.string(),
  /** Where it was created. The UUID is undefined if the credential has no permission to read it. */
  server: z.strictObject({ api: z.string(), workspaceUuid: z.string().optional() }),
  createdAt: z.iso.datetime(),
  /** Digests of the YAML files, by their names, and of the stack's configuration. */
  sources: z.record(z.string(), z.string()),
  /** The Pulumi stacks that it is about; undefined for all of them. */
  only: z.array(z.string()).optional(),
  changes: z.array(change),
  unchanged: z.number(),
  /** State that moves from one Pulumi stack to another. */
  moves: z.array(z.strictObject({ name: z.string(), from: z.string(), to: z.string() })),
  /** For each resource of the state, a digest of what it is live. */
  live: z.record(z.string(), z.string()),
  /** For each secret field, a keyed digest; undefined where there is no key. */
  secrets: z.record(z.string(), z.string()).optional(),
});

const signature = z.strictObject({
  /** Whose key the value was made with. Without a key it only shows damage. */
  key: z.enum(["BITBUCKET_PLAN_KEY", "passphrase", "none"]),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  value: z.string().regex(/^[0-9a-f]{64}$/),
});

export const planFileSchema = z.strictObject({ ...body.shape, signature });

export type PlanBody = Readonly<z.output<typeof body>>;
export type PlanFile = Readonly<z.output<typeof planFileSchema>>;
export type PlannedChange = PlanBody["changes"][number];

/** The exit code where nothing was changed because a plan does not fit. */
export const planRefusedExitCode = 3;

/** A plan that cannot be used, and why. Nothing was changed. */
export class PlanRefusedError extends UserError {
  override readonly exitCode = planRefusedExitCode;

  constructor(
    readonly reasons: readonly string[],
    readonly next = "Create a new plan, and have it reviewed.",
    options?: { readonly cause?: unknown },
  ) {
    super(
      [
        "The plan was refused. Nothing was changed.",
        ...reasons.slice(0, maxReasons).map((reason) => `  - ${reason}`),
        ...(reasons.length > maxReasons ? [`  … and ${reasons.length - maxReasons} more`] : []),
        next,
      ].join("\n"),
      options,
    );
  }
}

/**
 * What kept a plan from being checked before the first change: that it was not applied counts, whatever the reason.
 *
 * @returns The same error if it is a refusal already, or a bug.
 */
export function toPlanRefusal(error: unknown): unknown {
  if (error instanceof PlanRefusedError || isBug(error)) return error;
  const [first = "", ...more] = errorText(error).split("\n");
  const reason = [`it could not be checked: ${first}`, ...more.map((line) => `    ${line}`)].join("\n");
  return new PlanRefusedError([reason], "Resolve this, and apply the same plan again.", { cause: error });
}

const maxReasons = 20;
