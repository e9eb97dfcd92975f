/** The part of a shard that a look, or an apply, is about. */
import { type DesiredResource, keyOf } from "../desired";
import type { OpenEntry } from "./stateReading";

/** A part of a shard, by URNs. */
export interface LookedAtPart {
  /** As they are in the state, and as they are called after an apply. */
  readonly urns: readonly string[];
  /** Those in the state that do not belong to it. */
  readonly others: readonly string[];
  /** Whether repositories and projects were read one by one. */
  readonly readsFew: boolean;
}

/** What an apply changes in Bitbucket or in the state, with what it belongs to and what belongs to it. */
export interface PartToApply extends LookedAtPart {
  /** The number of declared resources that do not belong to it: Bitbucket and the state are as the YAML has them. */
  readonly untouched: number;
}

interface ShardParts {
  /** The keys of what belongs to the part: `Webhook api:ci`. */
  readonly keys: ReadonlySet<string>;
  /** What the state holds. */
  readonly held: readonly OpenEntry[];
  readonly declared: readonly DesiredResource[];
  /** What is declared, under the URNs after an apply. */
  readonly urns: ReadonlyMap<DesiredResource, string>;
}

export function findPartToApply({ keys, held, declared, urns }: ShardParts): PartToApply {
  const isInPart = (entry: OpenEntry) => keys.has(keyOf(entry));
  const own = declared.filter((resource) => keys.has(keyOf(resource)));
  const named = own.flatMap((resource) => urns.get(resource) ?? []);
  return {
    urns: [...new Set([...urnsOf(held.filter(isInPart)), ...named])],
    others: urnsOf(held.filter((entry) => !isInPart(entry))),
    readsFew: false,
    untouched: declared.length - own.length,
  };
}

export function urnsOf(entries: readonly OpenEntry[]): readonly string[] {
  return entries.map(({ raw }) => raw.urn);
}
