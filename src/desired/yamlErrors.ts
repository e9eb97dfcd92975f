/** Says in words why a text is not YAML. */
import type { LineCounter, YAMLError } from "yaml";
import type { Diagnostics } from "./diagnostics";

/** The maximum depth of nested maps and lists. */
export const deepest = 100;

/** A line that git writes where it cannot merge. `=======` alone may be text: it is never the first one. */
const conflictMarker = /^(?:<{7}|>{7}|\|{7})(?: .*)?$/m;

interface ParsedText {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
}

export function reportYamlErrors(
  errors: readonly YAMLError[],
  { file, text, lines }: ParsedText,
  diagnostics: Diagnostics,
): void {
  if (errors.length === 0) return;
  const marker = conflictMarker.exec(text);
  if (marker) {
    // Whatever the library says follows from it.
    const { line } = lines.linePos(marker.index);
    diagnostics.error(
      { file, line, column: 1, path: "" },
      `has a conflict marker of git, "${marker[0].slice(0, 7)}": a merge was not finished. Resolve the conflict`,
    );
    return;
  }
  const tooDeep = errors.find(isTooDeep);
  for (const error of tooDeep ? [tooDeep] : errors) {
    const { line, col } = lines.linePos(error.pos[0]);
    diagnostics.error({ file, line, column: col, path: "" }, explainYamlError(error));
  }
}

function isTooDeep(error: YAMLError): boolean {
  return error.code === "RESOURCE_EXHAUSTION" || /call stack/i.test(error.message);
}

/** What to write instead, by the library's codes. https://eemeli.org/yaml/#errors */
const fixes: Readonly<Partial<Record<YAMLError["code"], string>>> = {
  BAD_DQ_ESCAPE: "In double quotes, a backslash is written twice. In single quotes, it stands for itself",
  BAD_SCALAR_START: "If it is text, put it in quotes",
  BLOCK_AS_IMPLICIT_KEY: "If it is text with a colon, put it in quotes",
  MISSING_CHAR: "A quote, a bracket, a comma, or the colon after a key is missing, here or before",
  MULTILINE_IMPLICIT_KEY: "A quote, a bracket, a comma, or the colon after a key is missing, here or before",
};

function explainYamlError(error: YAMLError): string {
  if (isTooDeep(error)) return `is nested too deeply: at most ${deepest} levels`;
  switch (error.code) {
    case "MULTIPLE_DOCS":
      return "contains several YAML documents. Use one file for each";
    case "TAB_AS_INDENT":
      return "is indented with a tab. YAML allows only spaces: replace it";
    default: {
      const fix = fixes[error.code];
      return `is not valid YAML: ${error.message}${fix === undefined ? "" : `. ${fix}`}`;
    }
  }
}
