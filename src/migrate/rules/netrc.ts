/** `.netrc`, and scripts that write one. https://everything.curl.dev/usingcurl/netrc.html */
import { appPasswordsGone, gitHelper, makeToken, restUser } from "../advice";
import type { AuditRule, LineFinding, Reading } from "../finding";
import { guessSecretType, isPlaceholder, isVariable } from "../secrets";

interface NetrcEntry {
  machine: string;
  login: string;
  password: string;
  first: number;
  last: number;
  /** Whether its lines hold other entries. */
  shared: boolean;
}

const isNetrc = (path: string) => /(^|\/)[._]netrc$/.test(path);

export const netrc: AuditRule = {
  id: "netrc",
  title: "An entry for Bitbucket in .netrc, or a script that writes one",
  start: (path) =>
    isNetrc(path) ? readFile(path) : { line: ({ number, text }) => findInScript(number, text) },
};

/** Tokens may be spread over lines freely. */
function readFile(path: string): Reading {
  const entries: NetrcEntry[] = [];
  let current: NetrcEntry | undefined;
  let awaited: "machine" | "login" | "password" | "other" | undefined;
  return {
    line({ number, text }): LineFinding[] {
      const starts = (text.match(/\b(machine|default)\b/g) ?? []).length;
      // Text before the word on a line belongs to the previous entry.
      const shared = starts > 1 || (starts === 1 && !/^\s*(machine|default)\b/.test(text));
      for (const word of text
        .replace(/(^|\s)#.*$/, "")
        .split(/\s+/)
        .filter(Boolean)) {
        if (awaited === "machine") {
          current = { machine: word, login: "", password: "", first: number, last: number, shared };
          entries.push(current);
          awaited = undefined;
        } else if (awaited) {
          if (current && awaited !== "other") current[awaited] = word;
          if (current) {
            current.last = number;
            current.shared ||= shared && current.first !== number;
          }
          awaited = undefined;
        } else if (word === "machine") awaited = "machine";
        else if (word === "login" || word === "password") awaited = word;
        else if (word === "account") awaited = "other";
        else if (word === "default" || word === "macdef") current = undefined;
      }
      return [];
    },
    end: () => entries.flatMap((entry) => judge(entry, path)),
  };
}

function findInScript(number: number, text: string): LineFinding[] {
  const [, machine = "", login = "", password = ""] =
    /\bmachine\s+((?:api\.)?bitbucket\.org)(?:\s|\\n)+login\s+(\S+?)(?:\s|\\n)+password\s+([^\s"'\\]+)/.exec(
      text,
    ) ?? [];
  return machine === ""
    ? []
    : judge({ machine, login, password, first: number, last: number, shared: true }, "");
}

function judge(entry: NetrcEntry, path: string): LineFinding[] {
  const { machine, login, password, first, last, shared } = entry;
  if (!/^(www\.|api\.)?bitbucket\.org$/.test(machine)) return [];
  const api = machine.startsWith("api.");
  const literal = !isVariable(password) && !isPlaceholder(password);
  const looks = guessSecretType(password);
  const fits = api
    ? login.includes("@") || /mail/i.test(login)
    : /^x-(token-auth|bitbucket-api-token-auth)$/.test(login);
  const secrets = literal ? [password] : [];
  const line = first;
  if (api && !fits && (!literal || looks !== "app password") && !isVariable(login))
    return [
      {
        line,
        level: "broken",
        why: "REST requires the Atlassian account's e-mail address as the login, not the Bitbucket user name",
        instead: restUser,
        secrets,
      },
    ];
  if (!literal) {
    if (fits) return [];
    return [
      {
        line,
        level: /app_?pass/i.test(password) ? "broken" : "check",
        why: `A login for Bitbucket; ${appPasswordsGone}`,
        instead: api
          ? restUser
          : `login x-token-auth with an access token, or x-bitbucket-api-token-auth with an API token`,
      },
    ];
  }
  if (fits || looks === "API token" || looks === "access token")
    return [
      {
        line,
        level: "exposed",
        why: "A token in plain text in .netrc",
        instead: api ? restUser : gitHelper,
        secrets,
      },
    ];
  return [
    {
      line,
      level: "broken",
      why: `An app password or an account's password; ${appPasswordsGone}`,
      instead: `${gitHelper}; it requires ${makeToken}`,
      secrets,
      ...(path !== "" && !shared ? { edit: { line: first, count: last - first + 1 } } : {}),
    },
  ];
}
