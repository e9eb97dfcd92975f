/** Programs that log in to REST with user name and password. */
import { appPasswordsGone, isProse, restUser } from "../advice";
import type { AuditRule, FindingLevel, LineFinding, Reading } from "../finding";
import { isPlaceholder, isVariable } from "../secrets";

const login = /(?:\s-[a-zA-Z]*u|\s--user(?:name)?|\s--auth|\s-a)[\s=]*(["']?)([^\s"':]+)(?::([^\s"']*))?\1/g;

export const curl: AuditRule = {
  id: "basic-login",
  title: "A login to REST with the Bitbucket user name",
  start(path): Reading {
    let mentions = false;
    const waiting: LineFinding[] = [];
    return {
      line({ number, text }): LineFinding[] {
        const here = /bitbucket\.org|BITBUCKET_API|BB_API/i.test(text);
        mentions ||= /api\.bitbucket\.org/i.test(text);
        // In programs, the address is often on another line.
        if (
          /HTTPBasicAuth\(|\bauth\s*=\s*\(|basic_auth\(|setBasicAuth\(|SetBasicAuth\(/.test(text) &&
          !/mail/i.test(text)
        )
          waiting.push({
            line: number,
            level: "check",
            why: "This logs in with Basic. With an API token the user name is the Atlassian account's e-mail address",
            instead: "the e-mail address and an API token over Basic, or an access token as Bearer",
            secrets: pairIn(text),
          });
        if (
          !here ||
          !/\b(curl|wget|https?|xh)\b/.test(text) ||
          !/api\.bitbucket\.org|BITBUCKET_API|BB_API|bitbucket\.org\/(!?api|2\.0)/i.test(text)
        )
          return [];
        return [...text.matchAll(login)].flatMap(([, , user = "", password]) =>
          judge(number, user, password ?? "", path),
        );
      },
      end: () => (mentions ? waiting : []),
    };
  },
};

/** The user name and password in a line. */
function pairIn(text: string): string[] {
  const [, pair = ""] = /(?:Auth\(|auth\s*=\s*\()([^)]*)/.exec(text) ?? [];
  return [...pair.matchAll(/["']([^"']{4,})["']/g)].slice(-1).map(([, value = ""]) => value);
}

function judge(line: number, user: string, password: string, path: string): LineFinding[] {
  const literal = password !== "" && !isVariable(password) && !isPlaceholder(password);
  const secrets = literal ? [password] : [];
  const email = /@|%40|mail/i.test(user);
  const found = (level: FindingLevel, why: string): LineFinding[] => [
    { line, level: isProse(path) && level === "broken" ? "check" : level, why, instead: restUser, secrets },
  ];
  if (/app_?pass/i.test(password) || password.startsWith("ATBB"))
    return found("broken", `This logs in with an app password; ${appPasswordsGone}`);
  if (literal)
    return found(
      email ? "exposed" : "broken",
      email
        ? "A token in a command, which everyone who can read the file can use"
        : "REST requires the Atlassian account's e-mail address with an API token, not the Bitbucket user name",
    );
  if (email) return [];
  if (!isVariable(user) && password !== "")
    return found(
      "broken",
      "REST requires the Atlassian account's e-mail address with an API token, not the Bitbucket user name",
    );
  return found(
    "check",
    "It is unknown whether this is an e-mail address with an API token; with a user name or an app password it no longer works",
  );
}
