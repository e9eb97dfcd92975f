/** Variables and settings that are named after app passwords, in CI files, scripts, Dockerfiles and programs. */
import { appPasswordsGone, makeToken } from "../advice";
import type { AuditRule, LineFinding, Reading } from "../finding";

const name = /[A-Za-z0-9_]*app[_-]?pass(?:word|wd)?[A-Za-z0-9_]*/gi;

export const appPassword: AuditRule = {
  id: "app-password",
  title: "A variable or a setting that is named after an app password",
  // There, it would be part of a secret.
  files: (path) => !/(^|\/)([._]netrc|\.git-credentials|git\/credentials)$/.test(path),
  start(path): Reading {
    const seen = new Set<string>();
    const ofBitbucket = /bitbucket/i.test(path);
    return {
      line({ number, text }): LineFinding[] {
        if (!/app[_-]?pass/i.test(text)) return [];
        return [...text.matchAll(name)].flatMap(([found]): LineFinding[] => {
          // Reports each name once per file; prose words do not count.
          if (seen.has(found) || /^app-pass/i.test(found) || !/[_A-Z]/.test(found.slice(1))) return [];
          seen.add(found);
          const sure = ofBitbucket || /bitbucket|^bb_/i.test(found) || /bitbucket/i.test(text);
          return [
            {
              line: number,
              level: sure ? "broken" : "check",
              variable: found,
              why: `${found} ${sure ? "contains" : "may contain"} an app password of Bitbucket; ${appPasswordsGone}`,
              instead: `a variable with ${makeToken}, with a matching name`,
              secrets: valuesIn(text, found),
            },
          ];
        });
      },
    };
  },
};

/** The values assigned to the name on the same line. */
function valuesIn(text: string, found: string): string[] {
  const after = text.slice(text.indexOf(found) + found.length);
  const [, value = ""] = /^["']?\s*[:=]\s*["']?([^\s"',;]+)/.exec(after) ?? [];
  return value === "" || /^[$%{<(]/.test(value) || value.length < 4 ? [] : [value];
}
