/** What commands print with `--json` where they fail. */
import { CommanderError } from "commander";
import { z } from "zod";
import { DesiredStateError } from "../../../desired";
import { errorText, UserError } from "../../../errors";
import { position } from "./common";

export const problemSchema = z.object({
  severity: z.enum(["error", "warning"]),
  ...position.shape,
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
type Failure = z.output<typeof failureSchema>;

/** The exit code of an error: docs/reference/exit-codes.md. */
export function exitCodeOfError(error: unknown): number {
  return error instanceof UserError || error instanceof CommanderError ? error.exitCode : 1;
}

/** Describes an error for programs. */
export function describeFailure(error: unknown): Failure {
  // A plan may be refused because of the YAML.
  const reason = error instanceof UserError && error.cause instanceof DesiredStateError ? error.cause : error;
  return {
    error: {
      message: error instanceof CommanderError ? error.message.replace(/^error: /, "") : errorText(error),
      exitCode: exitCodeOfError(error),
      ...(reason instanceof DesiredStateError ? { problems: reason.diagnostics.map(toProblem) } : {}),
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
