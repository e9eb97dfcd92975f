/** A number that an option takes. */
import { InvalidArgumentError } from "commander";
import { toWholeNumber } from "../../environment";

/** @throws {InvalidArgumentError} where the text is no whole number above zero. */
export function parseWholeNumber(text: string): number {
  const number = toWholeNumber(text, 1);
  if (number !== undefined) return number;
  throw new InvalidArgumentError("It must be a whole number above zero.");
}
