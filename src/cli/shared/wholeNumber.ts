/** Parses the number of an option. */
import { InvalidArgumentError } from "commander";
import { toWholeNumber } from "../../environment";

/** @throws {InvalidArgumentError} if the text is not a whole number above zero. */
export function parseWholeNumber(text: string): number {
  const number = toWholeNumber(text, 1);
  if (number !== undefined) return number;
  throw new InvalidArgumentError("It must be a positive integer.");
}
