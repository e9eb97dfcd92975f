/** Compares the scopes of a credential with those that a stack requires. */
import { type Credentials, expandScopes, howToGrantScopes, type Identity, impliedScopes } from "../bitbucket";
import type { DesiredStack } from "../desired";
import { type Purpose, purposes, type RequiredScope, scopesOfStack } from "../plan";
import { type DoctorFinding, note, ok, problem, warning } from "./finding";

/** @param wanted The purpose that must be possible. What else is not possible is only noted. */
export function checkScopes(
  stack: Pick<DesiredStack, "resources">,
  name: string,
  identity: Identity,
  type: Credentials["type"],
  wanted: Purpose,
): DoctorFinding[] {
  if (stack.resources.length === 0)
    return [note("scopes", `${name} declares no resources yet, and so requires no scopes`)];
  const held = identity.scopes;
  const each = purposes.map((purpose) => ({ purpose, scopes: scopesOfStack(stack, purpose, type) }));
  const findings = each.flatMap(({ purpose, scopes }) => {
    if (!isCounted(purpose, wanted) && purpose === "destroy" && scopes.needed.length === 0) return [];
    const report = isCounted(purpose, wanted) ? problem : note;
    const say = (text: string, ...advice: string[]) =>
      report(`scopes for ${purpose}`, text, ...(report === problem ? advice : []));
    const found: DoctorFinding[] = [];
    const missing =
      held === undefined ? [] : scopes.needed.filter(({ scope }) => !expandScopes(held).includes(scope));
    if (missing.length > 0)
      found.push(
        say(
          `To ${purpose} ${name}, it lacks ${missing.map(formatReason).join("; ")}`,
          howToGrantScopes(type),
          `All of them: npx bitbucket-as-code auth scopes ${name} --for ${purpose}`,
        ),
      );
    if (scopes.refused.length > 0)
      found.push(
        say(
          `To ${purpose} ${name}, some operations are never possible with this type of credential: ${scopes.refused.join(" ")}`,
          "Use a user's API token: BITBUCKET_EMAIL and BITBUCKET_TOKEN.",
        ),
      );
    if (found.length === 0 && held !== undefined) {
      const text = `It has all ${scopes.needed.length} scopes required to ${purpose} ${name}`;
      found.push(ok(`scopes for ${purpose}`, text));
    }
    return found;
  });
  if (held === undefined)
    return [
      ...findings,
      warning(
        "scopes",
        "Bitbucket does not show the credential's scopes: a run will show whether they are sufficient",
      ),
    ];
  return [
    ...findings,
    ...findExcessScopes(
      held,
      each.flatMap(({ scopes }) => [...scopes.needed, ...scopes.recommended]),
    ),
  ];
}

/** An apply begins with a preview, and so does a destroy. */
function isCounted(purpose: Purpose, wanted: Purpose): boolean {
  return purpose === wanted || purpose === "preview";
}

function formatReason({ scope, for: uses }: RequiredScope): string {
  const shown = uses.slice(0, 2).join(", ");
  return `${scope} (${shown}${uses.length > 2 ? `, and ${uses.length - 2} more` : ""})`;
}

/** Granted scopes that the stack does not require: damage that a leaked token could do. */
function findExcessScopes(held: readonly string[], needed: readonly RequiredScope[]): DoctorFinding[] {
  const used = new Set(needed.map(({ scope }) => scope));
  const more = held.filter(
    (scope) => !used.has(scope) && !impliedScopes(scope).some((other) => used.has(other)),
  );
  if (more.length === 0) return [ok("unnecessary scopes", "It has no unnecessary scopes")];
  return [
    note(
      "unnecessary scopes",
      `It has ${more.length} scopes that the stack does not require: ${more.join(", ")}`,
      "A token with fewer scopes does less harm if it leaks.",
    ),
  ];
}
