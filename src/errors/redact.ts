/**
 * Keeps credentials out of texts, whoever quotes them: every credential of the process is known here from the moment it
 * is read, and is found as it is, in base64 (also within the base64 of something longer, such as the header of Basic
 * authentication), in URLs, and escaped as in JSON or HTML.
 */

/** What users see in the place of a secret, wherever one would stand. */
export const maskedSecret = "[secret]";

/** Shorter ones would be found in words that have nothing to do with them. */
const shortest = 6;

interface SecretPatterns {
  /** Finds the secret in every form. Its first use takes a twentieth of a second of a processor. */
  readonly every: RegExp;
  /** Finds the same in a text that can hold no escaped letter. */
  readonly unescaped: RegExp;
}

const known = new Map<string, SecretPatterns>();

/** Each escaped form begins with one of these. */
const escapes = /[%\\&]/;

/** From now on, `redact` finds this text. */
export function registerSecret(text: string): void {
  if (text.length >= shortest && !known.has(text)) known.set(text, patternsOf(text));
}

/** A text without any credential of this process. */
export function redact(text: string): string {
  let shown = text;
  for (const { every, unescaped } of known.values())
    shown = shown.replace(escapes.test(shown) ? every : unescaped, maskedSecret);
  return shown;
}

function patternsOf(secret: string): SecretPatterns {
  const forms = [secret, ...base64Forms(secret)].filter((form) => form.length >= shortest);
  const pattern = (inForm: (character: string) => string) =>
    new RegExp(forms.map((form) => [...form].map(inForm).join("")).join("|"), "g");
  return { every: pattern(anyForm), unescaped: pattern(plainForm) };
}

/** The parts of any base64 text that come of the secret alone, wherever in its three bytes the secret begins. */
function base64Forms(secret: string): string[] {
  return [0, 1, 2].map((before) => {
    const bytes = Buffer.concat([Buffer.alloc(before), Buffer.from(secret)]);
    // A letter stands for six bits: those that hold a bit of what is before or behind are left out.
    const first = Math.ceil((before * 8) / 6);
    const last = Math.floor((bytes.length * 8) / 6);
    return bytes.toString("base64").slice(first, last);
  });
}

/** A character as it is. Base64 for URLs has two others. */
function plainForm(character: string): string {
  return character === "+" ? "[+-]" : character === "/" ? "(?:\\\\?/|_)" : matchQuoted(character);
}

/** A character as it is, or escaped. */
function anyForm(character: string): string {
  const code = character.charCodeAt(0);
  const hex = code.toString(16).padStart(2, "0");
  const anyCase = [...hex].map((digit) => (/[a-f]/.test(digit) ? `[${digit}${digit.toUpperCase()}]` : digit));
  const escaped = [
    `%(?:25)*${anyCase.join("")}`,
    `\\\\+u00${anyCase.join("")}`,
    `&#(?:0*${code}|[xX]0*${anyCase.join("")});`,
    ...(entities[character] ? [entities[character]] : []),
  ];
  return `(?:${plainForm(character)}|${escaped.join("|")})`;
}

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': '&quot;|\\\\+"',
  "'": "&apos;",
  "\\": "\\\\{2,}",
};

function matchQuoted(character: string): string {
  return character.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}
