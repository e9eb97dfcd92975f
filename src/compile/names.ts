/** The names in a compiled program. */

export interface ProgramNames {
  readonly program: string;
  /** What the program says of itself. The host quotes what fails: a text of its own is not quoted with it. */
  readonly description: string;
  readonly provider: string;
  /** Values of the environment and of `pass`. */
  readonly secrets: string;
  /** Values of files and of Bitbucket. */
  readonly texts: string;
  configOf(index: number): string;
  resourceOf(index: number): string;
}

/**
 * Returns names that no key of the configuration has: the host prefers the configuration's value.
 *
 * @param taken The keys of the configuration, with and without their namespaces.
 */
export function chooseNames(taken: readonly string[]): ProgramNames {
  let prefix = "compiled";
  while (taken.some((key) => key.startsWith(prefix))) prefix += "_";
  return {
    program: `${prefix}Program`,
    description: `${prefix}Description`,
    provider: `${prefix}Provider`,
    secrets: `${prefix}Secrets`,
    texts: `${prefix}Texts`,
    configOf: (index) => `${prefix}Config${index}`,
    resourceOf: (index) => `${prefix}Resource${index}`,
  };
}

/** A text as the host reads it: no part of it is an expression. */
export function literal(text: string): string {
  // Half a surrogate pair is no text to the host, and an unknown character to the engine.
  return Buffer.from(text).toString().replaceAll("$", "$$$$");
}

/** An expression. */
export function reference(path: string): string {
  return `\${${path}}`;
}
