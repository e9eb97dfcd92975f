import { escapeUnprintable } from "../../bitbucket/printable";
import type { AuditCheck } from "./shared/check";
import type { View } from "./shared/views";

/** Names of values that nobody may see. What only describes a secret, such as TOKEN_URL, is not one. */
const secretName =
  /(^|_)(PASSWORD|PASSWD|PASSPHRASE|PWD|SECRETS?|TOKEN|PAT|CREDENTIALS?|(API|ACCESS|PRIVATE|SECRET|SIGNING|ENCRYPTION|ACCOUNT|SSH)_?KEY)(_?(\d+|ID|VALUE|BASE64|B64))?$/i;
/** Not secret themselves: the name of a key. */
const publicName = /(ACCESS_KEY|TOKEN|SECRET|KEY|CREDENTIALS?)_?ID$/i;

export const plainSecret: AuditCheck = {
  id: "plain-secret",
  title: "A variable that looks like a secret is not secured",
  area: "pipelines",
  severity: "critical",
  why: "Its value is visible to everyone who can see the settings, and in build logs.",
  fix: "Replace the secret, because it was visible, and store the new one in a secured variable.",
  benchmarks: [],
  needs: ["variables"],
  workspace: (view) => problems(view),
  repository: (view) => problems(view),
};

function problems({ variables }: View) {
  return variables
    .filter(({ found: { args } }) => args.secured === false && looksSecret(String(args.key)))
    .map((object) => {
      const key = String(object.found.args.key);
      return {
        subject: `variable ${escapeUnprintable(key)}`,
        message: "is not secured, and looks like a secret",
        object,
        remedy: { set: object, fields: { value: { fromEnv: key } } },
      };
    });
}

export function looksSecret(key: string): boolean {
  return secretName.test(key) && !publicName.test(key);
}
