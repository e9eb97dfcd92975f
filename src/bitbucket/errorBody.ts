/**
 * Parses the body of an error response, in the formats of Bitbucket's services and the gateways in front of
 * them.
 */
import { z } from "zod";
import { tryRead } from "../errors";

/**
 * The usual body, and the variants of some services and gateways: without a wrapper, or with a text in it.
 */
const errorDetails = z.object({
  message: z.string().optional().catch(undefined),
  detail: z.unknown().optional(),
  fields: z
    .union([z.record(z.string(), z.unknown()), z.array(z.unknown())])
    .optional()
    .catch(undefined),
  id: z.string().optional().catch(undefined),
  data: z.record(z.string(), z.unknown()).optional().catch(undefined),
});

const errorBody = z.union([
  z.object({ error: errorDetails }).transform(({ error }) => error),
  // OAuth: RFC 6749, section 5.2.
  z
    .object({ error: z.string(), error_description: z.string().optional() })
    .transform(({ error, error_description: message = error }) => ({ message }) as ErrorBody),
  errorDetails.refine((body) => body.message !== undefined || body.fields !== undefined),
]);

type ErrorBody = z.output<typeof errorDetails>;

/** Parses the text of a response. Returns undefined if the format is unknown. */
export function parseErrorBody(text: string): ErrorBody | undefined {
  const parsed = errorBody.safeParse(tryRead<unknown>(() => JSON.parse(text)));
  return parsed.success ? parsed.data : undefined;
}

const fieldObject = z.object({
  field: z.string().optional(),
  name: z.string().optional(),
  message: z.string(),
});

/**
 * Messages by field. The webhook service returns a list of texts, such as `Field: {url} Error: {…}`: messages
 * without a field are under an empty name. https://github.com/ovh/cds/issues/6292
 */
export function fieldMessages(fields: NonNullable<ErrorBody["fields"]>): Record<string, string[]> {
  const found: [string, unknown][] = Array.isArray(fields) ? fields.map(namedField) : Object.entries(fields);
  // A field may have the name of an object's own property: "constructor".
  const byName = new Map<string, string[]>();
  for (const [name, messages] of found) {
    const texts = [messages].flat(2).map(messageText);
    byName.set(name, [...(byName.get(name) ?? []), ...texts]);
  }
  return Object.fromEntries(byName);
}

function namedField(entry: unknown): [string, unknown] {
  const parsed = fieldObject.safeParse(entry);
  if (parsed.success) return [parsed.data.field ?? parsed.data.name ?? "", parsed.data.message];
  const [, name, message] = messageText(entry).match(/^Field: \{(.*?)\} Error: \{(.*)\}$/) ?? [];
  return name === undefined ? ["", entry] : [name, message];
}

function messageText(message: unknown): string {
  if (typeof message !== "object" || message === null) return String(message);
  return "message" in message && typeof message.message === "string"
    ? message.message
    : JSON.stringify(message);
}

/** The message of a text that is not JSON. A gateway responds in HTML: its title is enough. */
export function plainText(text: string): string {
  const title = text.match(/<title>([^<]*)<\/title>/i)?.[1];
  return (title ?? (/^\s*</.test(text) ? "an HTML page" : text)).trim().slice(0, 300);
}
