/** Reports as JSON, as in the files of `schema/`. */
import { z } from "zod";
import { escapeUnprintableJson } from "../bitbucket/printable";

/**
 * @param indent Spaces per level; 0 for one line.
 * @returns JSON that is safe to print to a terminal, whatever names and values contain.
 */
export function renderJson(report: object, indent = 2): string {
  return `${escapeUnprintableJson(JSON.stringify(report, null, indent))}\n`;
}

/** The file in `schema/` of what a schema describes. */
export function renderSchema(schema: z.ZodType): string {
  return `${JSON.stringify(z.toJSONSchema(schema, { io: "input" }), null, 2)}\n`;
}
