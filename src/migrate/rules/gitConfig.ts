/** Git's configuration: headers with credentials, helpers that store plain text, user names. */
import { gitHelper, isGitConfig } from "../advice";
import type { AuditRule, LineFinding, Reading } from "../finding";

export const gitConfig: AuditRule = {
  id: "git-config",
  title: "Git's configuration contains a credential or a user name for Bitbucket",
  files: isGitConfig,
  start(): Reading {
    let section = "";
    return {
      line({ number, text }): LineFinding[] {
        const heading = /^\s*\[([^\]]*)\]/.exec(text);
        if (heading) section = heading[1] ?? "";
        const finding = findIn(section, number, text);
        return finding ? [finding] : [];
      },
    };
  },
};

function findIn(section: string, line: number, text: string): LineFinding | undefined {
  const [, key = "", value = ""] = /^\s*([\w-]+)\s*=\s*(.*?)\s*$/.exec(text) ?? [];
  const ofBitbucket = section.includes("bitbucket.org");
  if (
    key.toLowerCase() === "extraheader" &&
    /authorization/i.test(value) &&
    (ofBitbucket || /^http\s*$/.test(section))
  )
    return {
      line,
      level: "exposed",
      why: "A header with a credential in git's configuration",
      instead: gitHelper,
      secrets: [value.replace(/^["']?authorization:\s*(basic|bearer)\s*/i, "").replace(/["']$/, "")],
    };
  if (
    key === "helper" &&
    /^store\b/.test(value) &&
    /^credential\b/.test(section) &&
    (ofBitbucket || !section.includes('"'))
  )
    return {
      line,
      level: "note",
      why: "This helper writes every working credential to a file in plain text",
      instead: 'for Bitbucket, "npx bitbucket-as-code git setup", which disables other helpers there',
    };
  if (key.toLowerCase() === "username" && /^credential\b/.test(section) && ofBitbucket)
    return {
      line,
      level: "note",
      why: "A fixed user name: it worked with an app password, and does not match an access token",
      instead: "no user name here: the credential helper returns the matching one",
      edit: { line, count: 1 },
    };
  if (/^(push)?url$/.test(key)) {
    const [, user] = /^https?:\/\/([^\s/:@]+)@(?:www\.)?bitbucket\.org\//.exec(value) ?? [];
    if (user && !/^x-/.test(user))
      return {
        line,
        level: "note",
        why: `Git asks for the password of ${user}, and may find an old one stored for that name`,
        instead: gitHelper,
        edit: { line, count: 1, replacement: text.replace(`${user}@`, "") },
      };
  }
  return undefined;
}
