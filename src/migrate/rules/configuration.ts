/** Settings of Terraform, Pulumi and other tools that log in to Bitbucket. */
import { appPasswordsGone, restPair, secured } from "../advice";
import { type AuditRule, type FindingLevel, type LineFinding, lineRule, type Reading } from "../finding";
import { isPlaceholder, isVariable } from "../secrets";

const pair = "The user name must be the Atlassian account's e-mail address, and the password an API token";

function judge(line: number, key: string, value: string): LineFinding[] {
  const found = (level: FindingLevel, why: string, secrets: string[] = []): LineFinding[] => [
    { line, level, why, instead: restPair, secrets },
  ];
  if (/user/i.test(key)) {
    if (value.includes("@")) return [];
    if (/mail/i.test(value)) return [];
    return isVariable(value) || /^(var|local|data|config|process|os)\./.test(value)
      ? found("check", pair)
      : found("broken", `${pair}: "${value}" is a Bitbucket user name, which worked with app passwords`);
  }
  if (isVariable(value) || isPlaceholder(value) || /^(var|local|data|config|process|os)\./.test(value))
    return found(
      /app_?pass/i.test(value) ? "broken" : "check",
      /app_?pass/i.test(value) ? `An app password; ${appPasswordsGone}` : pair,
    );
  return [
    {
      line,
      level: value.startsWith("ATBB") || !/^AT(AT|CT)/.test(value) ? "broken" : "exposed",
      why: value.startsWith("ATBB")
        ? `An app password; ${appPasswordsGone}`
        : "A password or token in a file",
      instead: secured,
      secrets: [value],
    },
  ];
}

export const terraform: AuditRule = {
  id: "terraform",
  title: "A Terraform provider that logs in with user name and password",
  files: (path) => /\.(tf|tf\.json|tfvars|hcl)$/.test(path),
  start(): Reading {
    let depth = 0;
    return {
      line({ number, text }): LineFinding[] {
        if (depth === 0 && !/\bprovider\s+"bitbucket"/.test(text)) {
          const [, key = "", value = ""] =
            /^\s*(bitbucket_(?:username|password|user|app_password))\s*=\s*"?([^"\s]*)"?/.exec(text) ?? [];
          return key === "" ? [] : judge(number, key, value);
        }
        const inside = text;
        depth += (inside.match(/\{/g) ?? []).length - (inside.match(/\}/g) ?? []).length;
        return [...inside.matchAll(/\b(username|password)\s*=\s*(?:"([^"]*)"|([\w.]+))/g)].flatMap(
          ([, key = "", quoted, name]) => judge(number, key, quoted ?? name ?? ""),
        );
      },
    };
  },
};

export const pulumi = lineRule({
  id: "pulumi",
  title: "Pulumi configuration that logs in with user name and password",
  files: (path) => /(^|\/)Pulumi\.[^/]*ya?ml$/.test(path),
  check({ number, text }): LineFinding[] {
    const [, key = "", value = ""] =
      /^\s*["']?bitbucket:(username|password)["']?\s*:\s*["']?([^"'\s#]*)/.exec(text) ?? [];
    if (key === "") return [];
    // Encrypted: its content is unknown.
    return value === ""
      ? [{ line: number, level: "check", why: pair, instead: restPair }]
      : judge(number, key, value);
  },
});

export const environment = lineRule({
  id: "environment",
  title: "Variables with the user name and password that REST no longer accepts",
  files: (path) => !/\.(md|markdown|rst|adoc|txt|html?)$/i.test(path),
  check({ number, text }): LineFinding[] {
    return [
      ...text.matchAll(
        /(?<![$\w{])(BITBUCKET_(?:USERNAME|PASSWORD|USER)|BB_(?:USER|USERNAME|PASSWORD)|ATLANTIS_BITBUCKET_USER)\b["']?\s*[:=]\s*["']?([^\s"',;&|]*)/g,
      ),
    ].flatMap(([, key = "", value = ""]) =>
      value === "" || /\)$/.test(value) ? [] : judge(number, key, value),
    );
  },
});

/** Composer, Renovate: JSON with a login for bitbucket.org. */
export const tools: AuditRule = {
  id: "tool-settings",
  title: "Settings of Composer, Renovate and other tools that log in to Bitbucket",
  files: (path) =>
    /(^|\/)(auth\.json|renovate\.json5?|\.renovaterc(\.json)?|renovate.*\.js|config\.js)$/.test(path),
  start(): Reading {
    let near = false;
    const waiting: LineFinding[] = [];
    return {
      line({ number, text }): LineFinding[] {
        near ||= /bitbucket\.org|["']?platform["']?\s*:\s*["']bitbucket["']/.test(text);
        for (const [, key = "", value = ""] of text.matchAll(
          /["']?\b(username|password)["']?\s*:\s*["']([^"']*)["']/g,
        ))
          waiting.push(...judge(number, key, value));
        return [];
      },
      end: () => (near ? waiting : []),
    };
  },
};
