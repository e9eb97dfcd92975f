/** Existing objects that an apply would adopt or stop at: the preview reports them. */
import { UserError } from "../errors";
import type { Kind, Properties } from "../kinds/kind";
import { formatExisting } from "../model/adoption";
import { locationFields, toLocation } from "../model/location";
import { hasUnknown } from "../model/unknown";
import { withDefaults } from "../model/values";
import { describeDuplicate } from "../provider/errors";
import { describeFailedLookup, describeMissingParent } from "../provider/failedLookup";
import type { ExistingObject } from "../provider/lifecycle";
import { inform, warn } from "../wire/tell";
import type { Provider } from "./provider";
import { stableOutputs } from "./state";

/** Objects to look for, at most: a program may be the first one over a workspace of thousands. */
const maxReads = 200;

/** Reports the objects that the creates of one provider would run into. */
export class ExistingObjects {
  #count = 0;
  readonly #said = new Set<string>();

  constructor(private readonly provider: Provider) {}

  /**
   * Reports the object that a create would meet, or why that is unknown.
   *
   * @returns The outputs that are known because the object exists.
   * @throws {AuthenticationError}
   * @throws {UserError} if another resource of the stack manages that object.
   */
  async report(kind: Kind, urn: string, inputs: Properties): Promise<Properties> {
    const place = [...locationFields(kind), ...kind.naturalKey].map((field) => inputs[field]);
    if (kind.alwaysExists || hasUnknown(place)) return {};
    this.#count += 1;
    if (this.#count > maxReads) return {};
    const { session, engine } = this.provider;
    const known = Object.entries(inputs).filter(([, value]) => !hasUnknown(value));
    const wanted = withDefaults(kind, Object.fromEntries(known));
    const at = toLocation(kind, wanted);
    let met: ExistingObject | undefined;
    let problem: string | undefined;
    try {
      met = await session.lifecycle.findExisting(kind, wanted);
      if (!met && (await session.reader.isParentGone(at))) problem = describeMissingParent(at);
    } catch (error) {
      problem = describeFailedLookup(error);
    }
    // Of many below one missing parent, one says it.
    if (problem !== undefined && !this.#said.has(problem)) {
      this.#said.add(problem);
      await warn(problem, { engine, urn });
    }
    if (!met) return {};
    const other = session.claims.findOther(kind, at, met.found.id, urn);
    if (other) throw new UserError(`an apply would stop: ${describeDuplicate(kind, other)}`);
    // A replacement meets the object that it replaces.
    if (session.claims.isManaged(kind, at, met.found.id)) return {};
    const { differences, fixed, adoptable, found } = met;
    const match = { id: found.id, differences, fixed, isTaken: adoptable };
    await (adoptable ? inform : warn)(formatExisting(match, "native"), { engine, urn });
    if (!adoptable) return {};
    const stable = Object.fromEntries(stableOutputs(kind, found.id).map((name) => [name, found.id]));
    return differences.length === 0 ? { ...found.outputs, ...stable } : stable;
  }
}
