/** Git's settings for this package's credential helper. */

import { accessSync, constants, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import { environment } from "../environment";
import { singleQuote } from "../process/shell";
import type { GitLogin, GitServer } from "./login";

/** The name by which git finds it on PATH: `git-credential-bitbucket-as-code`. */
const shortName = "bitbucket-as-code";

/**
 * The value of `credential.helper`. The short name if PATH leads to this very package, else the whole path.
 *
 * @param program The helper's own file.
 */
export function helperValue(program: string, env: NodeJS.ProcessEnv): string {
  for (const folder of (env.PATH ?? "").split(delimiter)) {
    if (folder === "") continue;
    const candidate = join(folder, `git-credential-${shortName}`);
    try {
      accessSync(candidate, constants.X_OK);
      if (realpathSync(candidate) === realpathSync(program)) return shortName;
      break;
    } catch {
      // Not in this folder.
    }
  }
  return `!${quotePath(process.execPath)} ${quotePath(program)}`;
}

function quotePath(path: string): string {
  return singleQuote(path.replace(/\\/g, "/"));
}

/**
 * The settings, in order. The empty one removes all other helpers: git passes a working credential to each of
 * them for storage, and some write it to a file in plain text.
 */
export function helperSettings(
  server: GitServer,
  value: string,
): readonly (readonly [key: string, value: string])[] {
  const at = `credential.${server.protocol}://${server.host}`;
  return [
    [`${at}.helper`, ""],
    [`${at}.helper`, value],
    [`${at}.useHttpPath`, "true"],
  ];
}

/** The variable in which a command that runs git passes the credential to the helper. */
export const handedLogin = "BITBUCKET_GIT_LOGIN";

/** Milliseconds after which a passed access token may have expired, so that the helper fetches another. */
export const handedFor = 30 * 60_000;

/**
 * The environment in which git uses the helper, whatever its configuration. Arguments contain nothing of it.
 */
export function helperEnvironment(
  server: GitServer,
  program: string,
  login: GitLogin | undefined,
): Record<string, string> {
  const settings = helperSettings(server, `!${quotePath(process.execPath)} ${quotePath(program)}`);
  const before = Number(environment().GIT_CONFIG_COUNT ?? 0) || 0;
  const entries = settings.flatMap(([key, value], index) => [
    [`GIT_CONFIG_KEY_${before + index}`, key],
    [`GIT_CONFIG_VALUE_${before + index}`, value],
  ]);
  const handed = login && {
    username: login.username,
    password: login.password.reveal(),
    ...server,
    type: login.type,
    at: Date.now(),
  };
  return {
    ...Object.fromEntries(entries),
    GIT_CONFIG_COUNT: String(before + settings.length),
    ...(handed ? { [handedLogin]: JSON.stringify(handed) } : {}),
  };
}
