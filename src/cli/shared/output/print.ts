/** Prints what a command says with `--json`: one document, which the published schema describes. */
import type { z } from "zod";
import { escapeUnprintableJson } from "../../../bitbucket/printable";
import type { CommandOutput, outputs } from "./index";

/** What may be read and not written: `readonly` all the way down. */
type Frozen<Value> = Value extends readonly (infer Item)[]
  ? readonly Frozen<Item>[]
  : Value extends object
    ? { readonly [Key in keyof Value]: Frozen<Value[Key]> }
    : Value;

let isPrinted = false;

/** Whether this process has printed its document. A failure after that is not a second one. */
export function hasPrintedJson(): boolean {
  return isPrinted;
}

/**
 * Prints the output of a command on standard output.
 *
 * @param _name Its definition in the schema, which the type of the value follows from.
 */
export function printOutput<Name extends CommandOutput>(
  _name: Name,
  value: Frozen<z.input<(typeof outputs)[Name]>>,
): void {
  printJson(`${JSON.stringify(value, null, 2)}\n`);
}

/** Prints a text that is JSON. */
export function printJson(text: string): void {
  isPrinted = true;
  process.stdout.write(escapeUnprintableJson(text));
}
