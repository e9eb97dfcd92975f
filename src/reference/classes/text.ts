/** Pieces of source text. */

/** Lines of at most this many characters. */
const width = 100;

/** A JSDoc comment of these paragraphs; no lines if there are none. */
export function jsDoc(...paragraphs: readonly (string | undefined)[]): string[] {
  const given = paragraphs.filter((paragraph) => paragraph !== undefined && paragraph !== "");
  if (given.length === 0) return [];
  const lines = given.flatMap((paragraph, index) => [
    ...(index === 0 ? [] : [""]),
    ...wrap(String(paragraph).replaceAll("*/", "*\\/")),
  ]);
  const [only, ...others] = lines;
  if (only !== undefined && others.length === 0) return [`/** ${only} */`];
  return ["/**", ...lines.map((line) => (line === "" ? " *" : ` * ${line}`)), " */"];
}

export function indent(lines: readonly string[]): string {
  return lines.map((line) => (line === "" ? "" : `  ${line}`)).join("\n");
}

/** Paragraphs with their own line breaks, such as code, stay unchanged. */
function wrap(paragraph: string): string[] {
  if (paragraph.includes("\n")) return paragraph.split("\n");
  const lines: string[] = [];
  for (const word of paragraph.split(" ")) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + 1 + word.length <= width)
      lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
}
