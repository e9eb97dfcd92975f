/** Resources in the state of one shard that are declared in another. */
import { type DesiredStack, keyOf } from "../desired";
import { UserError } from "../errors";
import { formatCount } from "../errors/count";
import type { StateEntry } from "../pulumi/state";
import { applyRenames, findRenames } from "./renames";

/** The state holds what belongs into another shard now. Left alone, the engine would take it for removed. */
class MisplacedError extends UserError {
  constructor(names: readonly string[]) {
    const shown = names.slice(0, 10).map((name) => `  - ${name}`);
    super(
      [
        `The state of this Pulumi stack holds ${formatCount(names.length, "resource that now belongs", "resources that now belong")} to another shard. Nothing was changed.`,
        ...shown,
        ...(names.length > shown.length ? [`  … and ${names.length - shown.length} more`] : []),
        'Run "npx bitbucket-as-code up" for the whole stack: it moves their state, and deletes nothing.',
      ].join("\n"),
    );
  }
}

/** @throws {MisplacedError} where the state of a part of the stack holds what is declared in another. */
export async function checkPlaces(
  whole: DesiredStack,
  part: DesiredStack,
  state: readonly StateEntry[],
): Promise<void> {
  if (!whole.sharding && whole.resources.length === part.resources.length) return;
  const here = new Set(part.resources.map(keyOf));
  // Whatever is declared here under its own name is in its place.
  if (state.every((entry) => here.has(keyOf(entry)))) return;
  const all = new Set(whole.resources.map(keyOf));
  const elsewhere = await findRenames(
    whole.resources.map((resource) => ({ resource, args: resource.args })),
    state,
  );
  const misplaced = applyRenames(state, elsewhere.former)
    .map(keyOf)
    .filter((key) => all.has(key) && !here.has(key));
  if (misplaced.length > 0) throw new MisplacedError(misplaced);
}
