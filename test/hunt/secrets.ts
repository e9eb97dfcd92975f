/** The secrets that a test run used: found in its requests and in the input of programs. */
import type { Exchange } from "../openapi/exchange";
import { note, usedSecrets } from "./places";

export interface UsedSecret {
  /** What it is, for a message. */
  readonly what: string;
  readonly value: string;
}

/** Shorter ones, and those of fewer different characters, occur in any text by chance. */
const shortest = 8;
const fewest = 4;

const noted = new Set<string>();

export function noteSecret(what: string, value: string): void {
  if (value.length < shortest || noted.has(value) || new Set(value).size < fewest) return;
  noted.add(value);
  note(usedSecrets, JSON.stringify({ what, value } satisfies UsedSecret));
}

const secretVariable = /(TOKEN|SECRET|PASSWORD|PASSPHRASE|CREDENTIALS?|PRIVATE_KEY)$/i;

/**
 * The secrets in a program's environment.
 *
 * @param inherited The environment of the whole run, whose secrets belong to no test.
 */
export function noteEnvironment(
  pairs: readonly string[],
  inherited: Readonly<Record<string, string | undefined>>,
): void {
  for (const pair of pairs) {
    const at = pair.indexOf("=");
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)];
    if (secretVariable.test(name) && inherited[name] !== value)
      noteSecret(`the environment variable ${name}`, value);
  }
}

/**
 * The secrets in a request and its response: credentials, secured variables, secrets of webhooks, private
 * keys.
 */
export function noteSecretsOf(exchange: Exchange): void {
  const [scheme, credentials] = String(exchange.requestHeaders.authorization ?? "").split(" ");
  if (scheme === "Bearer" && credentials) noteSecret("a bearer token", credentials);
  if (scheme === "Basic" && credentials) {
    const decoded = Buffer.from(credentials, "base64").toString();
    noteSecret("a password", decoded.slice(decoded.indexOf(":") + 1));
  }
  const where = `${exchange.method} ${exchange.url}`;
  for (const body of [exchange.requestBody, exchange.responseBody]) noteFields(parsed(body), where);
}

const secretFields = ["secret", "private_key", "access_token", "refresh_token", "client_secret"];

function noteFields(value: unknown, where: string): void {
  if (typeof value !== "object" || value === null) return;
  const fields = Object.entries(value);
  const secured = fields.some(([name, one]) => name === "secured" && one === true);
  for (const [name, one] of fields) {
    if (typeof one !== "string") noteFields(one, where);
    else if (secretFields.includes(name) || (secured && name === "value"))
      noteSecret(`"${name}" in ${where}`, one);
  }
}

function parsed(body: Buffer): unknown {
  const first = body[0];
  if (first !== 0x7b && first !== 0x5b) return undefined;
  try {
    return JSON.parse(body.toString());
  } catch {
    return undefined;
  }
}
