/** Objects that a refresh found deleted: the engine shows a declared one as if it were new. */
import { tryRead } from "../errors";
import { identityOf, type Kind, type Location, type Properties } from "../kinds/kind";
import { formatRecreation } from "../model/deletedObject";
import { describeResource } from "../model/describe";
import { locationFields, toLocation } from "../model/location";
import { hasUnknown } from "../model/unknown";
import { withDefaults } from "../model/values";
import type { RunFacts } from "./runFacts";

interface DeletedObjectsRun {
  /** Whether this run has created what is at a place. */
  readonly isNew: (at: Location) => boolean;
  /** Shows a line, and a warning, to the user. */
  readonly say: (line: string) => unknown;
  readonly warn: (line: string) => unknown;
  /** Whether a command of this package says it beside each change. */
  readonly isTold: boolean;
}

export class DeletedObjects {
  #hasCaughtUp = false;

  constructor(
    private readonly facts: RunFacts,
    private readonly run: DeletedObjectsRun,
  ) {}

  /** A refresh has found that an object in the state is gone. */
  record(kind: Kind, state: Properties): void {
    this.facts.record("gone", keyOf(kind, withDefaults(kind, state)));
  }

  /**
   * Says of a declared resource that its object is gone. Of what was deleted along with what it belongs to, that one's line
   * is enough.
   *
   * @param declared As the check gives it on.
   */
  async tell(kind: Kind, declared: Properties): Promise<void> {
    const { isNew, say, warn, isTold } = this.run;
    if (isTold) return;
    // The refresh, in whatever process, is over.
    if (!this.#hasCaughtUp) tryRead(() => this.facts.catchUp());
    this.#hasCaughtUp = true;
    if (this.facts.gone.size === 0) return;
    const inputs = withDefaults(kind, declared);
    const places = locationFields(kind).map((field) => inputs[field]);
    if (hasUnknown(places) || !this.facts.gone.has(keyOf(kind, inputs))) return;
    if (isNew(toLocation(kind, inputs))) return;
    await (kind.lostWithIt ? warn : say)(formatRecreation(describeResource(kind, inputs), kind.lostWithIt));
  }
}

function keyOf(kind: Kind, values: Properties): string {
  return JSON.stringify([kind.name, identityOf(kind, values), toLocation(kind, values)]);
}
