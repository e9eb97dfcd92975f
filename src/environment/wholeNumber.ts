/** Whole numbers in texts. */
import { SettingError } from "../errors/settingError";

/** @returns undefined where the text is no whole number, or one below `least`. */
export function toWholeNumber(text: string, least: number): number | undefined {
  const number = /^\s*\d+\s*$/.test(text) ? Number(text) : Number.NaN;
  return Number.isSafeInteger(number) && number >= least ? number : undefined;
}

/**
 * A whole number of the environment or of the stack's configuration; undefined where it is not set.
 *
 * @throws {SettingError} where it is something else.
 */
export function readWholeNumber(name: string, text: string | undefined, least = 0): number | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const number = toWholeNumber(text, least);
  if (number !== undefined) return number;
  const wanted = least === 0 ? "that is not negative" : `of at least ${least}`;
  throw new SettingError(`${name} must be a whole number ${wanted}, and is "${text}".`);
}
