/** A provider's own arguments, as the engine passes and keeps them. */
import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../kinds/kind";

/** The engine passes everything but text as JSON: https://github.com/pulumi/pulumi/issues/1516 */
export function parseArgument(value: unknown): unknown {
  if (typeof value !== "string" || !/^(true|false|\d+)$/.test(value)) return value;
  return JSON.parse(value);
}

/** The names of the arguments that are not the same, in whatever form. */
export function listDifferentArguments(olds: Properties, news: Properties): string[] {
  return [...new Set([...Object.keys(olds), ...Object.keys(news)])].filter(
    (name) => !isDeepStrictEqual(parseArgument(olds[name]), parseArgument(news[name])),
  );
}
