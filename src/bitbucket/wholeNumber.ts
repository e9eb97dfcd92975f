/** Whole numbers in settings. */
import { toWholeNumber } from "../environment";
import { SettingError } from "./settingError";

/**
 * A whole number of the environment or of the stack's configuration; undefined where it is not set.
 *
 * @throws {SettingError} where it is something else.
 */
export function readWholeNumber(name: string, text: string | undefined): number | undefined {
  if (text === undefined || text.trim() === "") return undefined;
  const number = toWholeNumber(text, 0);
  if (number !== undefined) return number;
  throw new SettingError(`${name} must be a whole number that is not negative, and is "${text}".`);
}
