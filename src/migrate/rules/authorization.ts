/** Headers: Bearer with a user's API token, Basic with a form that does not work, tokens in the query. */
import { appPasswordsGone, restUser, secured } from "../advice";
import { type LineFinding, lineRule } from "../finding";

const header = /\b(Bearer|Basic)\s+(["']?\$?\{?\{?\s*[A-Za-z0-9_.+/\-=]+)/g;

export const authorization = lineRule({
  id: "authorization",
  title: "A header that does not match the credential, or a token in the query of a URL",
  check({ number: line, text }): LineFinding[] {
    const near = /bitbucket/i.test(text);
    const found: LineFinding[] = [];
    for (const [, scheme = "", raw = ""] of text.matchAll(header)) {
      const value = raw.replace(/^["']/, "");
      if (scheme === "Bearer") {
        if (/^ATAT/.test(value))
          found.push({
            line,
            level: "broken",
            why: "A user's API token does not work as Bearer: it requires Basic, with the e-mail address",
            instead: restUser,
            secrets: [value],
          });
        else if (/^\$/.test(value) && /API_?TOKEN/i.test(value) && (near || /bitbucket|bb_/i.test(value)))
          found.push({
            line,
            level: "check",
            why: "By its name this is a user's API token, which does not work as Bearer",
            instead: restUser,
          });
      } else if (!/^\$/.test(value)) {
        const text = /^[A-Za-z0-9+/]{8,}={0,2}$/.test(value) ? Buffer.from(value, "base64").toString() : "";
        const [, user, password = ""] = /^([\x21-\x39\x3b-\x7e]+):([\x21-\x7e]+)$/.exec(text) ?? [];
        if (user === undefined || (!near && !/^AT(AT|CT|BB)/.test(password))) continue;
        const old = password.startsWith("ATBB") || !user.includes("@");
        found.push({
          line,
          level: old ? "broken" : "exposed",
          why: old
            ? `The header contains ${password.startsWith("ATBB") ? "an app password" : "a Bitbucket user name"}; ${appPasswordsGone}`
            : "The header contains an e-mail address and a token, which everyone who can read the file can use",
          instead: old ? restUser : secured,
          secrets: [value, password],
        });
      }
    }
    if (/bitbucket\.org\S*[?&]access_token=/.test(text))
      found.push({
        line,
        level: "broken",
        why: "Since 4 May 2026, OAuth tokens are accepted only in the Authorization header",
        instead: '-H "Authorization: Bearer $TOKEN"',
        secrets: [...text.matchAll(/access_token=([^\s&"'$]+)/g)].map(([, value = ""]) => value),
      });
    return found;
  },
});
