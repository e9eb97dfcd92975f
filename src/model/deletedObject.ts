/** What is said of an object that somebody deleted in Bitbucket, and that a run recreates since it is declared. */
import { kinds } from "../kinds";

/** A change, as far as that is concerned. */
export interface Recreation {
  /** The name of its kind. */
  readonly kind: string;
  /** Whether the state holds it, and Bitbucket does not any more. */
  readonly wasDeleted?: true | undefined;
}

/** What of it does not come back: "its commits and pull requests". Undefined: it is recreated whole, or was never deleted. */
export function lossOf({ kind, wasDeleted }: Recreation): string | undefined {
  return wasDeleted && kinds.find(({ name }) => name === kind)?.lostWithIt;
}

/** A few words beside a change: `was deleted in Bitbucket: recreated`. */
export function describeRecreation(change: Recreation): string | undefined {
  if (!change.wasDeleted) return undefined;
  const loss = lossOf(change);
  return `was deleted in Bitbucket: recreated${loss ? ` empty, without ${loss}` : ""}`;
}

/** Beside the number of creates among these changes: ` (1 was deleted in Bitbucket)`, or nothing. */
export function describeRecreated(changes: readonly Recreation[]): string {
  const { length } = changes.filter(({ wasDeleted }) => wasDeleted);
  return length === 0 ? "" : ` (${length} ${length === 1 ? "was" : "were"} deleted in Bitbucket)`;
}

/**
 * A line for the user.
 *
 * @param what The resource.
 * @param loss What of it does not come back.
 */
export function formatRecreation(what: string, loss: string | undefined): string {
  const said = `${what}: it was deleted in Bitbucket, and is recreated`;
  return loss
    ? `${said} empty, without ${loss}. To leave it deleted, remove it from the declarations.`
    : said;
}
