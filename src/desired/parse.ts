/**
 * Parses YAML text into nodes with positions. Nothing in the text, however hostile, results in more than a
 * diagnostic.
 */
import { isMap } from "yaml";
import { Converter } from "./convert";
import { Diagnostics, type Position } from "./diagnostics";
import { parseText } from "./library";
import type { Node } from "./node";
import { isPlainlyLaidOut, readPlainMap } from "./plainText";
import { splitText } from "./splitText";
import { reportYamlErrors } from "./yamlErrors";

/** Characters from which on a text is parsed in pieces: what the library makes of a text takes much memory. */
const large = 64 * 1024;

/** How a text is parsed: as a whole, in pieces, or without the library if it is plain. All give the same. */
export type ParseWay = "whole" | "pieces" | "plain";

/**
 * @param file The name to report.
 * @param text The content, without any byte that is not UTF-8.
 * @returns The content, or undefined if it cannot be read at all. An empty file is null.
 */
export function parseYaml(
  file: string,
  text: string,
  diagnostics: Diagnostics,
  way: ParseWay = text.length < large ? "plain" : "pieces",
): Node | undefined {
  const quick =
    way === "plain"
      ? parsePlain(file, text)
      : way === "pieces"
        ? parseInPieces(file, text, diagnostics)
        : undefined;
  return quick ?? parseWhole(file, text, diagnostics, false);
}

/** The same for a file in which every value is written out: without anchors, aliases, merge keys and directives. */
export function parsePlainYaml(file: string, text: string, diagnostics: Diagnostics): Node | undefined {
  return parseWhole(file, text, diagnostics, true);
}

/** Undefined if it is not in the plain part of YAML. */
function parsePlain(file: string, text: string): Node | undefined {
  return isPlainlyLaidOut(text) ? readPlainMap(text, { file, path: "", before: 0 }) : undefined;
}

/** Undefined if the pieces do not make up the whole, or one cannot be parsed. */
function parseInPieces(file: string, text: string, diagnostics: Diagnostics): Node | undefined {
  const split = splitText(text);
  if (!split || split.sections.length === 0) return undefined;
  const { document, lines } = parseText(split.rest);
  if (document.errors.length > 0 || !isMap(document.contents)) return undefined;
  const found = new Diagnostics();
  const converter = new Converter(file, lines, found, false, split);
  const node = converter.convert(document.contents, { file, line: 1, column: 1, path: "" });
  if (!converter.isComplete) return undefined;
  diagnostics.add(found);
  return node;
}

function parseWhole(
  file: string,
  text: string,
  diagnostics: Diagnostics,
  isPlain: boolean,
): Node | undefined {
  const { document, lines } = parseText(text);
  // The warnings are about tags, which are refused below.
  reportYamlErrors(document.errors, { file, text, lines }, diagnostics);
  if (document.errors.length > 0) return undefined;
  const start: Position = { file, line: 1, column: 1, path: "" };
  const converter = new Converter(file, lines, diagnostics, isPlain);
  const node = converter.convert(document.contents, start);
  // Without the aliases' values, all further checks would be wrong, too.
  return converter.overflowed ? undefined : node;
}
