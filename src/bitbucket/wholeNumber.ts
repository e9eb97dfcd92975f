/** Whole numbers in settings and options. */
import { SettingError } from "./settingError";

/** @returns undefined where the text is no whole number, or one below `least`. */
export function toWholeNumber(text: string, least: number): number | undefined {
  return /^\s*\d+\s*$/.test(text) && Number.isSafeInteger(Number(text)) && Number(text) >= least
    ? Number(text)
    : undefined;
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
  throw new SettingError(
    `${name} must be a whole number ${least > 0 ? "above zero" : "that is not negative"}, and is "${text}".`,
  );
}
