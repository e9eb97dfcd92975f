/** What commands print with `--json`, held to the published schemas. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import Ajv2020, { type ValidateFunction } from "ajv/dist/2020";
import addFormats from "ajv-formats";
import { type CommandOutput, outputOfCommand } from "../../src/cli/shared/output";

const folder = resolve(__dirname, "..", "..", "schema");
const read = (file: string): Record<string, unknown> =>
  JSON.parse(readFileSync(join(folder, file), "utf8")) as Record<string, unknown>;

export const publishedOutputs = read("output.schema.json") as { $defs: Record<string, object> };

const compiled = new Map<string, ValidateFunction>();

function validatorOf(name: string): ValidateFunction {
  const known = compiled.get(name);
  if (known) return known;
  const schema = name.endsWith(".json") ? read(name) : publishedOutputs.$defs[name];
  if (!schema) throw new Error(`schema/output.schema.json defines no ${name}`);
  const validate = addFormats(new Ajv2020({ strict: false, allErrors: true })).compile(schema);
  compiled.set(name, validate);
  return validate;
}

/**
 * Expects that a text is one JSON document, and valid.
 *
 * @param name A definition of the schema of outputs, or the file of another schema.
 * @returns The document.
 */
export function expectOutput(name: CommandOutput | `${string}.json`, text: string): Record<string, unknown> {
  const output: unknown = JSON.parse(text);
  const validate = validatorOf(name);
  validate(output);
  expect({ name, errors: validate.errors ?? [], output }).toEqual({ name, errors: [], output });
  return output as Record<string, unknown>;
}

/** The same for what a command line printed: its own output, or a failure. */
export function expectOutputOf(args: readonly string[], text: string): Record<string, unknown> {
  const path = [3, 2, 1]
    .map((words) => args.slice(0, words).join(" "))
    .find((one) => outputOfCommand[one] !== undefined);
  const isFailure = /^\s*\{\s*"error":/.test(text);
  const isComment = path === "report" && args.includes("--print");
  const name = isFailure ? "failure" : isComment ? "comment" : path && outputOfCommand[path];
  if (!name) throw new Error(`${args.join(" ")} has no schema`);
  return expectOutput(name, text);
}
