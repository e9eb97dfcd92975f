/** The scopes that a credential has against those that a stack takes. */
import { type Credentials, type Identity, includedIn, spelledOut, whereToTick } from "../bitbucket";
import type { DesiredStack } from "../desired";
import { type Needed, type Purpose, purposes, scopesOfStack } from "../plan";
import { type Finding, note, ok, problem, warning } from "./finding";

/** @param wanted What has to be possible. What else is not, is only noted. */
export function scopeFindings(
  stack: Pick<DesiredStack, "resources">,
  name: string,
  identity: Identity,
  type: Credentials["type"],
  wanted: Purpose,
): Finding[] {
  const held = identity.scopes;
  const each = purposes.map((purpose) => ({ purpose, scopes: scopesOfStack(stack, purpose, type) }));
  const findings = each.flatMap(({ purpose, scopes }) => {
    if (!counts(purpose, wanted) && purpose === "destroy" && scopes.needed.length === 0) return [];
    const report = counts(purpose, wanted) ? problem : note;
    const found: Finding[] = [];
    const missing =
      held === undefined ? [] : scopes.needed.filter(({ scope }) => !spelledOut(held).includes(scope));
    if (missing.length > 0)
      found.push(
        report(
          `scopes for ${purpose}`,
          `To ${purpose} ${name}, it lacks ${missing.map(reason).join("; ")}`,
          ...(report === problem
            ? [whereToTick(type), `All of them: bitbucket-as-code auth scopes ${name} --for ${purpose}`]
            : []),
        ),
      );
    if (scopes.refused.length > 0)
      found.push(
        report(
          `scopes for ${purpose}`,
          `To ${purpose} ${name}, there is what this kind of credential can never do: ${scopes.refused.join(" ")}`,
          ...(report === problem ? ["Take a user's API token: BITBUCKET_EMAIL and BITBUCKET_TOKEN."] : []),
        ),
      );
    if (found.length === 0 && held !== undefined)
      found.push(
        ok(
          `scopes for ${purpose}`,
          `It has all ${scopes.needed.length} scopes that it takes to ${purpose} ${name}`,
        ),
      );
    return found;
  });
  if (held === undefined)
    return [
      ...findings,
      warning("scopes", "Bitbucket does not say which scopes the credential has: a run will tell"),
    ];
  return [
    ...findings,
    ...beyond(
      held,
      each.flatMap(({ scopes }) => [...scopes.needed, ...scopes.recommended]),
    ),
  ];
}

/** An apply begins with a preview; so does a destroy. */
function counts(purpose: Purpose, wanted: Purpose): boolean {
  return purpose === wanted || purpose === "preview";
}

function reason({ scope, for: uses }: Needed): string {
  const shown = uses.slice(0, 2).join(", ");
  return `${scope} (${shown}${uses.length > 2 ? `, and ${uses.length - 2} more` : ""})`;
}

/** What it may do that the stack never needs: harm that a leaked token could do. */
function beyond(held: readonly string[], needed: readonly Needed[]): Finding[] {
  const used = new Set(needed.map(({ scope }) => scope));
  const more = held.filter(
    (scope) => !used.has(scope) && !includedIn(scope).some((other) => used.has(other)),
  );
  if (more.length === 0) return [ok("scopes beyond need", "It has no scope beyond those")];
  return [
    note(
      "scopes beyond need",
      `It has ${more.length} scopes that the stack never needs: ${more.join(", ")}`,
      "A token with fewer does less harm in wrong hands.",
    ),
  ];
}
