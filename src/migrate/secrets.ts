/** Distinguishes secrets from placeholders, and masks them in output. */
import { replaceUnprintable } from "../bitbucket/printable";
import { maskPasswords } from "../git/run";

/** A variable of a shell, a template or a CI: `$X`, `${X}`, `{{ x }}`, `%X%`, `<x>`. */
export function isVariable(text: string): boolean {
  return /[$%]|\{\{?|^<|^\.\.\.$|^…$|^\*+$/.test(text);
}

/**
 * A placeholder in documentation: `xxxx`, `your_app_password`, `mytoken`. Only whole words count, since a
 * secret that happens to start like one (`myAa0…`) must not be shown.
 */
export function isPlaceholder(text: string): boolean {
  return (
    isVariable(text) ||
    /^(x+|pass|changeme|redacted|((your|my|the|bitbucket|atlassian|app|api|access|auth|repository|workspace|here)[-_ ]?)*(password|token|secret|key|user(name)?|credentials?)([-_ ]?here)?)$/i.test(
      text,
    )
  );
}

type SecretLook = "app password" | "API token" | "access token" | "unknown";

/** A guess at the type of a secret from its first letters. */
export function guessSecretType(secret: string): SecretLook {
  if (secret.startsWith("ATBB")) return "app password";
  if (secret.startsWith("ATAT")) return "API token";
  if (secret.startsWith("ATCT")) return "access token";
  return "unknown";
}

/** Characters of a line that are shown. */
const shownLength = 160;

/** A line of a file for display: without secrets, and no wider than a screen. */
export function cutExcerpt(text: string, secrets: readonly string[]): string {
  const shown = maskSecrets(text, secrets);
  return shown.length > shownLength ? `${shown.slice(0, shownLength)}…` : shown;
}

/** Masks known secrets, and whatever looks like one. */
export function maskSecrets(text: string, secrets: readonly string[] = []): string {
  return maskPasswords(removeSecrets(text, secrets))
    .replace(/(\b(?:Basic|Bearer)\s+)(?!\$)[A-Za-z0-9+/_\-=.]{8,}/g, "$1***")
    .replace(/((?<![$\w])password\s+)(?![$*{<%=:])[^\s"'\\]+/g, "$1***")
    .replace(/(passw(?:or)?d["']?\s*[=:]\s*["']?)(?![$*{<%])[^\s"']{4,}/gi, "$1***")
    .trim();
}

/** Masks known secrets, in text that this program wrote. */
export function removeSecrets(text: string, secrets: readonly string[]): string {
  let shown = text.replace(/\t/g, " ");
  for (const secret of [...secrets].filter((one) => one.length > 0).sort((a, b) => b.length - a.length))
    shown = shown.split(secret).join("***");
  // Control characters of a file must not reach the terminal.
  return replaceUnprintable(
    shown.replace(/\bAT(AT|CT|BB)[A-Za-z0-9_\-=.]{6,}/g, "AT$1***"),
    "",
    () => "\ufffd",
  );
}
