/** What the engine says of a language host that is not beside it: the commands look for it on PATH, and set it up there. */
const found = /^\s*(?:warning: )?using pulumi-language-[\w-]+ from \$PATH at /;

/** Whether a line tells only where the language host is. */
export function tellsOfHost(line: string): boolean {
  return found.test(line);
}
