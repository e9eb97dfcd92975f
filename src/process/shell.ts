/** Texts as words of a POSIX shell. */

/** A word that the shell reads as exactly this text, bare where that is enough. */
export function quoteShell(text: string): string {
  return /^[\w./-]+$/.test(text) ? text : singleQuote(text);
}

export function singleQuote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
