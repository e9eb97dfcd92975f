/** Words in sentences and names. */

/** With its article: "an SSH key", "the override settings". */
export function withArticle(noun: string): string {
  if (noun.endsWith("settings")) return `the ${noun}`;
  return `${/^(?:[aeioO]|SSH)/.test(noun) ? "an" : "a"} ${noun}`;
}

export function capitalise(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

export function uncapitalise(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
