/** Renders YAML as text, in the style of a file. */
import { isDeepStrictEqual } from "node:util";
import { Document, isCollection, isScalar, type Node, parseDocument, Scalar, visit } from "yaml";
import { replaceUnprintable, unprintable } from "../bitbucket/printable";

/** The formatting of a file. */
export interface YamlStyle {
  /** Spaces per level. */
  readonly indent: number;
  /** Whether the dashes of a list are indented more than its key. */
  readonly indentSeq: boolean;
  /** Whether lists on one line are written `[ a, b ]`. */
  readonly paddedLists: boolean;
}

export const defaultStyle: YamlStyle = { indent: 2, indentSeq: true, paddedLists: false };

/** Compatible with readers of YAML 1.1, which read `yes` as a boolean and `12:30` as a number. */
export const compatibility = { compat: "yaml-1.1" } as const;

/** The library writes `[ a ]` if it writes `{ a: b }`. */
const paddedList = /(?<=: )\[ ((?:"(?:[^"\\\n]|\\.)*"|'[^'\n]*'|[^[\]"'#{}\n])*) \](?=$|,| \}| #)/gm;

/**
 * Renders a document as text. Characters that are invisible, or would change how a line is read, are escaped:
 * `"\u202e"`, as YAML writes it in double quotes (https://yaml.org/spec/1.2.2/#57-escaped-characters).
 */
export function renderDocument(
  document: Document,
  { indent, indentSeq, paddedLists }: YamlStyle = defaultStyle,
): string {
  visit(document, {
    Scalar(_key, one) {
      if (typeof one.value === "string" && one.value.replace(/[\n\t]/g, "").search(unprintable) >= 0)
        one.type = Scalar.QUOTE_DOUBLE;
    },
  });
  const text = replaceUnprintable(
    document.toString({ lineWidth: 0, indent, indentSeq }),
    "\n\t\r",
    yamlEscape,
  );
  if (paddedLists) return text;
  const tight = text.replace(paddedList, "[$1]");
  // A multi-line text may contain what only looks like a list.
  return isDeepStrictEqual(parseDocument(tight).toJS(), parseDocument(text).toJS()) ? tight : text;
}

function yamlEscape(character: string): string {
  const point = character.codePointAt(0) ?? 0;
  const digits = point.toString(16);
  return point > 0xffff ? `\\U${digits.padStart(8, "0")}` : `\\u${digits.padStart(4, "0")}`;
}

/** Renders a node on one line, without comments, which have no place there. */
export function inlineOf(node: Node): string {
  const document = new Document(null, compatibility);
  document.contents = node as never;
  visit(document, {
    Node(_key, one) {
      delete one.comment;
      if (isScalar(one) && String(one.value).includes("\n")) one.type = Scalar.QUOTE_DOUBLE;
    },
  });
  if (isCollection(node)) node.flow = true;
  return renderDocument(document).trim();
}
