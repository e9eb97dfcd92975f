/** Looks up the scopes of an operation, and what no scope allows. */
import type { Credentials } from "./credentials";
import { type OperationScopes, scopeTable } from "./scopeTable";

export type Scopes = Pick<OperationScopes, "granular" | "legacy">;

interface ScopeEntry extends Scopes {
  readonly parts: readonly string[];
}

const byMethod = new Map<string, ScopeEntry[]>();
for (const { method, path, granular, legacy } of scopeTable) {
  const entries = byMethod.get(method) ?? [];
  entries.push({ parts: path.split("/").slice(1), granular, legacy });
  byMethod.set(method, entries);
}

/** Returns the scopes of the operation at a path, or undefined if the API's document does not have it. */
export function scopesFor(method: string, path: string): Scopes | undefined {
  const parts = (path.split("?")[0] ?? "").replace(/\/$/, "").split("/").slice(1);
  const fitting = (byMethod.get(method) ?? []).filter((entry) => matchesTemplate(entry.parts, parts));
  // If several paths match, the one with the fewest variables wins.
  const variables = (entry: ScopeEntry) => entry.parts.filter(isVariable).length;
  return fitting.sort((a, b) => variables(a) - variables(b))[0];
}

function matchesTemplate(template: readonly string[], parts: readonly string[]): boolean {
  const last = template.at(-1);
  const open = last === "{path}";
  if (open ? parts.length < template.length : parts.length !== template.length) return false;
  return template.every((part, index) => isVariable(part) || part === parts[index]);
}

function isVariable(part: string): boolean {
  return part.startsWith("{");
}

/**
 * The reason why a credential of this type can never perform an operation, whatever its scopes; or undefined.
 * https://developer.atlassian.com/cloud/bitbucket/rest/intro/#access-tokens
 */
export function findRefusal(type: Credentials["type"], method: string, path: string): string | undefined {
  if (type === "api-token") return undefined;
  const why = "requires a user's API token: Bitbucket does not allow it for access tokens and OAuth";
  if (path.includes("/permissions-config/") && (!type.startsWith("oauth") || method !== "GET"))
    return `A permission ${why}.`;
  if (
    /^\/repositories\/[^/]+\/[^/]+\/deploy-keys/.test(path) &&
    method !== "GET" &&
    !type.startsWith("oauth")
  ) {
    return `Writing a repository's deploy keys ${why}.`;
  }
  if (/^\/users?(\/|$)/.test(path) && !type.startsWith("oauth")) return `Managing a user account ${why}.`;
  return undefined;
}
