/** The configuration of the stack on which an operation runs, as it is now. */
import { z } from "zod";
import { tryRead } from "../errors";
import { type AskOptions, askEngine } from "./askEngine";

const printed = z.record(z.string(), z.looseObject({ value: z.string().optional() }));

/**
 * Returns the values by whole keys, such as `bitbucket:token`, secrets as they are. Undefined if they cannot be read, or
 * if no operation runs.
 */
export async function readStackSettings(
  options: AskOptions,
): Promise<ReadonlyMap<string, string> | undefined> {
  const { engine } = options;
  if (engine?.operation === undefined) return undefined;
  const { stack } = engine.operation;
  const args = ["config", "--json", "--show-secrets", ...(stack === undefined ? [] : ["--stack", stack])];
  const answer = await askEngine(args, options);
  if ("reason" in answer) return undefined;
  const values = tryRead(() => printed.parse(JSON.parse(answer.printed)));
  return (
    values &&
    new Map(Object.entries(values).flatMap(([key, { value }]) => (value === undefined ? [] : [[key, value]])))
  );
}
