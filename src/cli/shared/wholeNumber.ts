/** A number that an option takes. */
import { InvalidArgumentError } from "commander";

/** @throws {InvalidArgumentError} where the text is no whole number above zero. */
export function parseWholeNumber(text: string): number {
  const number = Number(text);
  if (Number.isInteger(number) && number > 0) return number;
  throw new InvalidArgumentError("It must be a whole number above zero.");
}
