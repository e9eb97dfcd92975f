/** User name and password in a URL: remotes, `.git-credentials`, scripts, lists of dependencies. */
import { appPasswordsGone, gitHelper, gitInCi, isGitConfig, isProse, makeToken, restUser } from "../advice";
import { type LineFinding, type LogicalLine, lineRule } from "../finding";
import { guessSecretType, isPlaceholder, isVariable } from "../secrets";

const url = /\b(https?):\/\/([^\s/:@"'<>]+):([^\s/"']+)@((?:www\.|api\.)?bitbucket\.org)\b([^\s"'`)>]*)/g;

/** User names with which git accepts a token. */
const tokenUsers = ["x-token-auth", "x-bitbucket-api-token-auth"];

export const urlCredentials = lineRule({
  id: "url-credentials",
  title: "A user name and a password in a URL of Bitbucket",
  check: (line, path) => [...line.text.matchAll(url)].flatMap((match) => judge(match, line, path)),
});

function judge(match: RegExpMatchArray, { number, text }: LogicalLine, path: string): LineFinding[] {
  const [, scheme = "", user = "", password = "", host = "", rest = ""] = match;
  const api = host.startsWith("api.");
  const stored = /(^|\/)(\.git-credentials|git\/credentials)$/.test(path);
  const where = { line: number, secrets: isVariable(password) ? [] : [password] };
  const bare = `${scheme}://${host}${rest}`;
  if (isVariable(password) || (isProse(path) && isPlaceholder(password))) {
    if (tokenUsers.includes(user) || (api && /mail|%40/i.test(user))) return [];
    const old = /app_?pass/i.test(password);
    return [
      {
        ...where,
        level: isProse(path) ? "check" : old ? "broken" : "check",
        why: old
          ? `This logs in with an app password; ${appPasswordsGone}`
          : api
            ? "REST requires the Atlassian account's e-mail address as the user name, and an API token"
            : "Git accepts an API token with the Bitbucket user name or x-bitbucket-api-token-auth, and an access token with x-token-auth",
        instead: api ? restUser : gitInCi,
      },
    ];
  }
  const looks = guessSecretType(decodeText(password));
  const live = tokenUsers.includes(user) || looks === "API token" || looks === "access token";
  if (live)
    return [
      {
        ...where,
        level: "exposed",
        why: `A token in ${isGitConfig(path) ? "a remote's URL" : "a URL"}, which everyone who can read the file can use`,
        instead: api ? restUser : isGitConfig(path) || stored ? gitHelper : gitInCi,
      },
    ];
  const remote = isGitConfig(path) && /^\s*(push)?url\s*=\s*\S+\s*$/.test(text);
  return [
    {
      ...where,
      level: isProse(path) ? "check" : "broken",
      why: `An app password or an account's password in a URL; ${appPasswordsGone}`,
      instead: api
        ? restUser
        : isGitConfig(path) || stored
          ? `${bare}: ${gitHelper}`
          : `${gitInCi}; it requires ${makeToken}`,
      ...(remote
        ? { edit: { line: number, count: 1, replacement: text.replace(match[0], bare) } }
        : stored && !api
          ? { edit: { line: number, count: 1 } }
          : {}),
    },
  ];
}

function decodeText(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
