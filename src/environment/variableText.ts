/** How the text of an environment variable is read. */
import { SettingError } from "../errors/settingError";
import { readWholeNumber } from "./wholeNumber";

/** Environment variables, of this process or of another. */
export type Env = Readonly<Record<string, string | undefined>>;

/**
 * Parses the text of a variable.
 *
 * @param name Of the variable, or of the setting that says the same.
 * @throws {SettingError} if the text is invalid.
 */
type ReadText<Value> = (name: string, text: string | undefined) => Value;

export const text: ReadText<string | undefined> = (_name, given) => given;

/** Set by `1` or `true`. */
export const flag: ReadText<boolean> = (name, given) => {
  const word = given?.trim() ?? "";
  if (["1", "true"].includes(word)) return true;
  if (["", "0", "false"].includes(word)) return false;
  throw new SettingError(`${name} must be 1, true, 0 or false, and is "${given}".`);
};

export function wholeNumber(least: number): ReadText<number | undefined> {
  return (name, given) => readWholeNumber(name, given, least);
}

export function oneOf<Word extends string>(...words: readonly Word[]): ReadText<Word | undefined> {
  return (name, given) => {
    const word = given?.trim() ?? "";
    const known = words.find((one) => one === word);
    if (known === undefined && word !== "")
      throw new SettingError(`${name} must be ${words.join(" or ")}, and is "${given}".`);
    return known;
  };
}

export interface EnvironmentVariable {
  readonly group:
    | "Credential"
    | "One run"
    | "Requests"
    | "Location"
    | "Plans and tools"
    | "Notifications"
    | "Set by Bitbucket Pipelines";
  /** In Markdown. */
  readonly meaning: string;
  readonly default?: string;
  /** The key of the stack's configuration that says the same, below `bitbucket:`. The variable counts before it. */
  readonly setting?: string;
  readonly isSecret?: boolean;
  readonly read: ReadText<unknown>;
}
