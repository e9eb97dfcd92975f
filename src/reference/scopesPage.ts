/** Renders the page of all scopes: what each allows, and which kinds require it. */
import { allScopes, type Credentials, impliedScopes, type ScopeUse } from "../bitbucket";
import type { Kind } from "../kinds/kind";
import { plainArgs } from "../model/sample";
import { collectScopes } from "../plan";
import { fileOf, formatTable } from "./kindPage";

export function renderScopesPage(kinds: readonly Kind[]): string {
  return `${[
    "<!-- Generated from the API's operations and the kinds by `npm run docs`. -->",
    "# Scopes",
    "A credential can do what both its scopes and the permissions of its user (or of the repository, project or " +
      "workspace that it belongs to) allow. There are two vocabularies of scopes; a credential has scopes of one.",
    "`npx bitbucket-as-code auth scopes <stack> --for preview|apply|destroy` prints the smallest set for a stack. " +
      "`npx bitbucket-as-code doctor <stack>` compares it with the credential's scopes.",
    "## API tokens",
    "Scopes are not cumulative: a write scope does not grant read access. An operation requires all of its scopes.",
    scopeTable(kinds, "granular", "api-token"),
    "## Access tokens and OAuth",
    "Some include others. No scope allows what access tokens can never do: permissions, writing a repository's deploy " +
      "keys, and anything of a user account. See [Credentials](credentials.md).",
    scopeTable(kinds, "legacy", "workspace"),
  ].join("\n\n")}\n`;
}

function scopeTable(
  kinds: readonly Kind[],
  vocabulary: "granular" | "legacy",
  type: Credentials["type"],
): string {
  const users = usersOf(kinds, type);
  const rows = allScopes(vocabulary).map(({ scope, allows, operations }: ScopeUse) => {
    const included = impliedScopes(scope).map((other) => `\`${other}\``);
    return [
      `\`${scope}\``,
      `${allows}${included.length > 0 ? `. Includes ${included.join(", ")}` : ""}`,
      String(operations.length),
      users.get(scope)?.join("; ") ?? "—",
    ];
  });
  return formatTable(["scope", "allows", "operations", "required here for"], rows);
}

/** Kinds and operations, by the scope that they require: `[Webhook](resources/Webhook.md) (read, create)`. */
function usersOf(kinds: readonly Kind[], type: Credentials["type"]): ReadonlyMap<string, readonly string[]> {
  const users = new Map<string, string[]>();
  for (const kind of kinds) {
    const uses = new Map<string, string[]>();
    const values = plainArgs(kind);
    for (const operation of ["read", "create", "update", "delete"] as const) {
      for (const owner of kind.parents) {
        const owners = owner === "environment" ? ["repository", "environment"] : [owner];
        for (const { scope } of collectScopes([{ operation, kind, values, owners }], type).needed) {
          const operations = uses.get(scope) ?? [];
          if (!operations.includes(operation)) operations.push(operation);
          uses.set(scope, operations);
        }
      }
    }
    for (const [scope, operations] of uses) {
      const list = users.get(scope) ?? [];
      list.push(`[${kind.name}](resources/${fileOf(kind)}) (${operations.join(", ")})`);
      users.set(scope, list);
    }
  }
  return users;
}
