/** Validates the API's base URL. */
import { SettingError } from "./settingError";

export const defaultBaseUrl = "https://api.bitbucket.org/2.0";

/** This machine's own names: for the emulator. */
const local = ["127.0.0.1", "localhost", "[::1]"];

/**
 * Returns the base URL of the API without a trailing slash.
 *
 * @param from The setting's name, for the error.
 * @throws {SettingError} if a token must not be sent there, or it is not an API's address.
 */
export function checkBaseUrl(text: string, from = "BITBUCKET_API_URL"): string {
  const checked = checkUrl(text, from);
  const url = new URL(checked);
  const known = url.host === new URL(defaultBaseUrl).host || local.includes(url.hostname);
  // Another server may serve the API below a different path.
  if (url.pathname === "/" || (known && !url.pathname.endsWith("/2.0")))
    throw new SettingError(
      `${from} must end in /2.0, the version of the API: ${url.origin}/2.0, not ${checked}. Omit it for Bitbucket Cloud.`,
    );
  return checked;
}

/**
 * Returns a URL to which a token may be sent, without a trailing slash.
 *
 * @param from The setting's name, for the error.
 * @throws {SettingError} if a token must not be sent there.
 */
export function checkUrl(text: string, from = "BITBUCKET_API_URL"): string {
  if (!URL.canParse(text))
    throw new SettingError(`${from} is not a URL: ${text}. It is ${defaultBaseUrl} for Bitbucket Cloud.`);
  const url = new URL(text);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && local.includes(url.hostname))) {
    throw new SettingError(
      `${from} must start with https://, except for loopback addresses: a token would be sent in plain text to ${url.origin}.`,
    );
  }
  if (url.username || url.password)
    throw new SettingError(`${from} must not contain a user name or password.`);
  return url.href.replace(/\/+$/, "");
}
