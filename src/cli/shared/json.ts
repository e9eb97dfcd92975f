/** What commands print with `--json` where they fail, and what is common to their output. */
import { CommanderError } from "commander";
import { z } from "zod";
import { escapeUnprintableJson } from "../../bitbucket/printable";
import { DesiredStateError } from "../../desired";
import { errorText, UserError } from "../../errors";

export const problemSchema = z.object({
  severity: z.enum(["error", "warning"]),
  file: z.string().meta({ description: "Relative to the project, with slashes." }),
  line: z.int().min(0).meta({ description: "The first is 1. 0: the file as a whole." }),
  column: z.int().min(0).meta({ description: "The first is 1. 0: the file as a whole." }),
  path: z.string().meta({ description: "In the YAML: repositories.api.webhooks.ci.url. Empty: the top." }),
  message: z.string(),
  suggestion: z.string().optional().meta({ description: "What was probably meant." }),
});

export const failureSchema = z
  .object({
    error: z.object({
      message: z.string(),
      exitCode: z.int().meta({ description: "See docs/reference/exit-codes.md." }),
      problems: z
        .array(problemSchema)
        .optional()
        .meta({ description: "If the YAML is the reason: every problem in it." }),
    }),
  })
  .meta({ description: "Any command that fails without an outcome." });
export type Failure = z.output<typeof failureSchema>;

const count = z.int().min(0);

export const validationSchema = z
  .object({
    path: z.string().meta({ description: "The file or folder of the stack." }),
    resources: count,
    files: count,
    warnings: z.array(problemSchema),
    undecidedPolicies: z.array(z.string()).optional().meta({
      description:
        "Policies about which only a run with the live state decides. Omitted: there is no policy.",
    }),
    team: z
      .object({
        file: z.string(),
        rules: z.array(z.string()),
        repositories: count,
        properties: count,
      })
      .optional()
      .meta({ description: "With --team-file: what the file sets." }),
  })
  .meta({ description: "validate. Problems come as a failure." });

/** The exit code of an error: docs/reference/exit-codes.md. */
export function exitCodeOfError(error: unknown): number {
  return error instanceof UserError || error instanceof CommanderError ? error.exitCode : 1;
}

/** Describes an error for programs. */
export function describeFailure(error: unknown): Failure {
  return {
    error: {
      message: error instanceof CommanderError ? error.message.replace(/^error: /, "") : errorText(error),
      exitCode: exitCodeOfError(error),
      ...(error instanceof DesiredStateError ? { problems: error.diagnostics.map(toProblem) } : {}),
    },
  };
}

/** A problem without what `JSON.stringify` would drop. */
function toProblem({
  severity,
  file,
  line,
  column,
  path,
  message,
  suggestion,
}: DesiredStateError["diagnostics"][number]): z.output<typeof problemSchema> {
  return {
    severity,
    file,
    line,
    column,
    path,
    message,
    ...(suggestion === undefined ? {} : { suggestion }),
  };
}

/** Whether a command line asks for JSON. */
export function wantsJson(args: readonly string[]): boolean {
  const end = args.indexOf("--");
  return (end < 0 ? args : args.slice(0, end)).includes("--json");
}

/** Prints a value on standard output. */
export function printJson(value: unknown): void {
  process.stdout.write(`${escapeUnprintableJson(JSON.stringify(value, null, 2))}\n`);
}
