/** Paths of requests. */
import { UserError } from "../errors";

/**
 * A path template that percent-encodes every value: the braces of a UUID, and slashes, so that no value can
 * reach another endpoint. Throws for a value of dots alone, which would.
 */
export function apiPath(strings: TemplateStringsArray, ...values: readonly (string | number)[]): string {
  return strings.reduce((path, text, index) => path + encode(values[index - 1]) + text);
}

function encode(value: string | number | undefined): string {
  const text = String(value);
  // However it is encoded, a segment of dots is resolved away before the request is sent.
  if (text === "." || text === "..") throw new UserError(`"${text}" is not a valid path segment`);
  return encodeURIComponent(text);
}

/**
 * The path with its variable parts replaced, as a key for counts and lookups: `/repositories/{}/{}/hooks`.
 */
export function pathTemplate(path: string): string {
  const parts = path.split("?")[0]?.split("/").slice(1) ?? [];
  return parts.map((part, index) => `/${isId(parts, index) ? "{}" : part}`).join("");
}

/** The words that precede a name or id. */
const owners = new Set([
  "workspaces",
  "repositories",
  "projects",
  "users",
  "groups",
  "hooks",
  "deploy-keys",
  "variables",
  "environments",
  "branch-restrictions",
  "default-reviewers",
  "schedules",
  "known_hosts",
  "runners",
  "ssh-keys",
  "gpg-keys",
  "branches",
  "tags",
  "src",
  "caches",
  "members",
  "hook_events",
]);

function isId(parts: readonly string[], index: number): boolean {
  if (parts[0] === "repositories" && (index === 1 || index === 2)) return true;
  if (parts[0] === "repositories" && parts[3] === "src" && index > 3) return true;
  return owners.has(parts[index - 1] ?? "");
}
