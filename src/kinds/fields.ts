/** Schemas that several kinds share. */
import { z } from "zod";
import { isInternalHost } from "./internalHost";

/** Text on one line. */
export const line = (maximum: number) =>
  z
    .string()
    .max(maximum, `must have at most ${maximum} characters`)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is refused
    .regex(/^[^\u0000-\u001f\u007f]*$/, "must be a single line without control characters");

/** Description of a project, repository or webhook: absent means empty. */
export const description = z.string().default("").meta({ individual: true, description: "The description." });

/** Consent to adopt what already exists. */
export const adopt = z
  .boolean()
  .optional()
  .meta({
    toolOption: true,
    createOnly: true,
    description:
      "Adopt an existing object with the same natural key, and update it to the desired state. " +
      "Without it, an existing object that differs is an error. In YAML, this also applies to resources in it.",
  });

/** Whether two URLs are the same apart from a missing root path and the case of scheme and host. */
export function isSameUrl(a: unknown, b: unknown): boolean {
  if (typeof a !== "string" || typeof b !== "string") return a === b;
  return plainUrl(a) === plainUrl(b);
}

/** A URL as it is called: with a path, and with scheme and host in lower case. What is no URL stays as it is. */
export function plainUrl(text: string): string {
  return URL.canParse(text) ? new URL(text).href : text;
}

/** A URL that Bitbucket can call: on the internet. */
export const publicUrl = z
  .string()
  .max(2048, "must have at most 2048 characters")
  .superRefine((value, context) => {
    const problem = urlProblem(value);
    if (problem) context.addIssue({ code: "custom", message: problem });
  });

function urlProblem(value: string): string | undefined {
  if (!URL.canParse(value)) return "must be a URL, such as https://ci.example.com/hook";
  const { protocol, username, password, hostname } = new URL(value);
  if (protocol !== "https:" && protocol !== "http:") return "must start with https:// or http://";
  if (username || password) return "must not contain a user name or password";
  if (isInternalHost(hostname))
    return `must be a public address: Bitbucket does not accept ${hostname}, which is internal`;
  return undefined;
}

/** The output `uuid` of a kind whose id it is. */
export const uuidFromId = { uuid: (id: string) => id } as const;

/** The name of a branch or tag as git takes it (git-check-ref-format), without `refs/heads/` or `refs/tags/`. */
export const refName = line(255)
  .min(1, "must not be empty")
  .regex(
    /^(?!refs\/)(?!\/)(?!.*\/\/)(?!.*\.\.)[^ ~^:?*[\\]+$/,
    "must be a valid git name, without refs/heads/ or refs/tags/",
  )
  .meta({ immutable: true, description: "The name, without `refs/heads/` or `refs/tags/`." });
