/**
 * Keeps Pulumi's dynamic-provider host from printing an error that it also reports: the engine would show both, the
 * printed one without the resource that it is about.
 */

/** What the host prints of errors that it reports as well. */
const reported = new Set<string>();

/** Expects the host to print an error which it is about to get. */
export function expectEcho(error: Error): void {
  reported.add(`${error}: ${error.stack}`);
}

/** Drops these lines, and prints everything else. */
export function dropEchoes(output: Pick<Console, "error"> = console): void {
  const print = output.error.bind(output);
  output.error = (...given: readonly unknown[]) => {
    const [text] = given;
    if (given.length !== 1 || typeof text !== "string" || !reported.has(text)) print(...given);
  };
}
