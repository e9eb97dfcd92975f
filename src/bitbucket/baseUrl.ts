/** Where the API is. */
import { SettingError } from "./settingError";

export const defaultBaseUrl = "https://api.bitbucket.org/2.0";

/**
 * The base URL without a trailing slash. Throws where a token must not go.
 *
 * @param from Who says it, for the error.
 */
export function checkedBaseUrl(text: string, from = "BITBUCKET_API_URL"): string {
  if (!URL.canParse(text))
    throw new SettingError(`${from} is not a URL: ${text}. It is ${defaultBaseUrl} for Bitbucket Cloud.`);
  const url = new URL(text);
  const local = ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
  if (url.protocol !== "https:" && !(url.protocol === "http:" && local)) {
    throw new SettingError(
      `${from} must start with https://, but for this machine's own addresses: a token would be sent in the clear to ${url.origin}.`,
    );
  }
  if (url.username || url.password) throw new SettingError(`${from} must not hold a user name or password.`);
  return url.href.replace(/\/+$/, "");
}
