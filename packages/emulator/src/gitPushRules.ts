/** The restrictions on pushes to branches, and the hook that enforces them. */
import { inGroup, type Principal } from "./access";
import type { Repository, Workspace } from "./state";

/**
 * Refuses the pushes that the environment forbids: `EMULATOR_RULES` has a line for each rule,
 * `push|delete|force PATTERN`, with the globs of branch restrictions.
 */
export const pushRules = `#!/bin/sh
refused=0
zero=0000000000000000000000000000000000000000
while read -r old new ref; do
  case "$ref" in
    refs/heads/*) branch=\${ref#refs/heads/} ;;
    *) continue ;;
  esac
  kinds=push
  if [ "$new" = "$zero" ]; then kinds="delete"
  elif [ "$old" != "$zero" ] && ! git merge-base --is-ancestor "$old" "$new"; then kinds="push force"
  fi
  while read -r kind pattern; do
    for asked in $kinds; do
      [ "$kind" = "$asked" ] || continue
      case "$branch" in
        $pattern)
          case "$kind" in
            push) echo "Permission denied to update branch $branch." >&2 ;;
            delete) echo "Permission denied to delete branch $branch." >&2 ;;
            force) echo "Permission denied to rewrite the history of branch $branch." >&2 ;;
          esac
          refused=1 ;;
      esac
    done
  done <<RULES
$EMULATOR_RULES
RULES
done
exit $refused
`;

/** The hook's rules for a user: those from which neither the user nor one of the user's groups is exempt. */
export function rulesFor(owner: Workspace, found: Repository, { user }: Principal): string {
  const lines: string[] = [];
  for (const restriction of found.restrictions.values()) {
    const kind = String(restriction.kind);
    if (!["push", "delete", "force"].includes(kind)) continue;
    const users = Array.isArray(restriction.users) ? restriction.users : [];
    const groups = Array.isArray(restriction.groups) ? restriction.groups : [];
    const excepted =
      users.includes(user?.uuid) || groups.some((group) => inGroup(owner, String(group), user));
    if (kind === "push" && excepted) continue;
    for (const pattern of patternsOf(found, restriction))
      if (!/[\s$`\\;|&()<>'"]/.test(pattern)) lines.push(`${kind} ${pattern}`);
  }
  return lines.join("\n");
}

function patternsOf(found: Repository, restriction: Record<string, unknown>): string[] {
  if (restriction.branch_match_kind === "glob") return [String(restriction.pattern)];
  const type = String(restriction.branch_type);
  if (type === "development" || type === "production") {
    const target = found.model[type];
    if (type === "production" && !target.enabled) return [];
    const name = target.use_mainbranch ? found.mainbranch : target.name;
    return name ? [name] : [];
  }
  return found.model.branch_types
    .filter(({ kind, enabled }) => kind === type && enabled)
    .map(({ prefix }) => `${prefix}*`);
}
