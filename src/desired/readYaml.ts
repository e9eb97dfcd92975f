/** Reads Pulumi's YAML files, which hold settings and no desired state. */
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { parse } from "yaml";
import type { z } from "zod";
import { parseAs, UserError } from "../errors";

/**
 * Reads a YAML file.
 *
 * @throws {Error} that names the file and the problem in it.
 */
export function readYaml<Schema extends z.ZodType>(schema: Schema, file: string): z.output<Schema> {
  return parseAs(schema, parseFile(file), basename(file));
}

function parseFile(file: string): unknown {
  try {
    return parse(readFileSync(file, "utf8"));
  } catch (error) {
    const reason = error instanceof Error ? error.message.split("\n")[0] : String(error);
    throw new UserError(`${basename(file)} is not valid YAML: ${reason?.replace(/[:.]$/, "")}.`);
  }
}
