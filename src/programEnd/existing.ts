/**
 * Existing objects that an apply of a program would create: the preview reports them, before the apply runs
 * into them.
 */
import * as pulumi from "@pulumi/pulumi";
import { environment } from "../environment";
import type { Kind, Properties } from "../kinds/kind";
import { LiveReader } from "../live";
import { formatExisting } from "../model/adoption";
import { check } from "../model/check";
import { locationFields, toLocation } from "../model/location";
import { providerKey } from "../model/providerText";
import { signature } from "../model/secrets";
import { kindOfType } from "../model/typeToken";
import { hasUnknown, unknownValue } from "../model/unknown";
import { withDefaults } from "../model/values";
import type { StateEntry } from "../plan";
import { isAdoptionForAll } from "../provider/adoptionForAll";
import { describeFailedLookup, describeMissingParent } from "../provider/failedLookup";
import { type ExistingObject, Lifecycle } from "../provider/lifecycle";
import { readingClient, stackSettings } from "../provider/program";
import { parseUrn } from "../pulumi/urn";

/**
 * The maximum number of objects to look for: a program may be the first one over a workspace of thousands.
 */
const maxReads = 200;

/** A resource that a program declares and the state does not hold. */
export interface NewResource {
  readonly type: string;
  readonly urn: string;
  readonly parent: string;
  readonly inputs: Properties;
  /** The URNs of the resources whose outputs an input contains. */
  readonly dependencies: ReadonlyMap<string, readonly string[]>;
}

/**
 * Reports the objects that a create would run into, or why that is unknown.
 *
 * @throws {AuthenticationError}
 */
export async function reportExisting(
  declared: readonly NewResource[],
  state: readonly StateEntry[],
): Promise<void> {
  const ids = new Map(state.map(({ urn, id }) => [urn, id]));
  const created = declared.filter(({ urn }) => !ids.has(urn));
  if (created.length === 0) return;
  const client = readingClient();
  try {
    const adoptAll = isAdoptionForAll(environment(), stackSettings());
    const live = new LiveReader(client);
    const lifecycle = new Lifecycle(client, live, { adoptAll });
    const said = new Set<string>();
    for (const one of created.slice(0, maxReads)) {
      const kind = kindOfType(one.type);
      const inputs = kind && !kind.alwaysExists ? knownInputs(kind, one, ids) : undefined;
      if (!kind || !inputs) continue;
      const wanted = withDefaults(kind, check(kind, {}, inputs).inputs);
      // The log only needs a resource's URN.
      const resource = { urn: pulumi.output(one.urn) } as unknown as pulumi.Resource;
      let met: ExistingObject | undefined;
      let problem: string | undefined;
      try {
        met = await lifecycle.findExisting(kind, wanted);
        const at = toLocation(kind, wanted);
        if (!met && (await live.isParentGone(at))) problem = describeMissingParent(at);
      } catch (error) {
        problem = describeFailedLookup(error);
      }
      // Of many below one missing parent, one says it.
      if (problem !== undefined && !said.has(problem)) {
        said.add(problem);
        await pulumi.log.warn(problem, resource);
      }
      if (!met) continue;
      ids.set(one.urn, met.found.id);
      const { differences, fixed, adoptable } = met;
      const match = { id: met.found.id, differences, fixed, isTaken: adoptable };
      const log = match.isTaken ? pulumi.log.info : pulumi.log.warn;
      await log(formatExisting(match, "program"), resource);
    }
  } finally {
    await client.close();
  }
}

/**
 * The inputs that a preview knows, with the ids of existing owners; undefined if the object cannot be
 * identified.
 */
function knownInputs(
  kind: Kind,
  { inputs, dependencies, parent }: NewResource,
  ids: ReadonlyMap<string, string>,
): Properties | undefined {
  const places: readonly string[] = locationFields(kind);
  const known: Record<string, unknown> = {};
  for (const [field, given] of Object.entries(inputs)) {
    if (field === providerKey) continue;
    const value = reveal(given);
    if (places.includes(field) && value === unknownValue) {
      const owner = [...(dependencies.get(field) ?? []), parent].find(
        (urn) => kindOfType(parseUrn(urn).type)?.parentRole === field,
      );
      const id = owner === undefined ? undefined : ids.get(owner);
      if (id === undefined) return undefined;
      known[field] = id;
    } else if (!hasUnknown(value)) known[field] = value;
    else if (kind.naturalKey.includes(field)) return undefined;
  }
  return known;
}

/** A value without the secret marks, for use in this process only. */
function reveal(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(reveal);
  if (typeof value !== "object" || value === null) return value;
  if (signature in value && "value" in value) return reveal(value.value);
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, reveal(held)]));
}
