/** Floors and ceilings of what teams set: `branchRestrictions.*.value: { min: 2 }`. */
import { isDeepStrictEqual } from "node:util";
import { defaultsOf, type Kind, type Properties } from "../../kinds/kind";
import { suggestWord } from "../../model/suggest";
import type { Diagnostics, Position } from "../diagnostics";
import { schemaOf } from "../fieldCheck";
import { reportUnknownFields } from "../knownMap";
import { describeNode, isGiven, type MapNode, type Node } from "../node";
import { isSecretReference } from "../secret";
import type { Structure } from "../structure";
import { anyEntry, findPlace } from "./place";

type Scalar = string | number | boolean;

/** What a property that a team sets must keep to. */
export interface DelegationLimit {
  readonly position: Position;
  /** As it is written: `branchRestrictions.*.value`. */
  readonly text: string;
  readonly steps: readonly string[];
  readonly kind: Kind;
  readonly field: string;
  /** It applies only where other properties of the resource have these values. */
  readonly when: ReadonlyMap<string, Scalar>;
  readonly min?: number | undefined;
  readonly max?: number | undefined;
  readonly oneOf?: readonly Scalar[] | undefined;
  /** The hosts that a URL may have; `*.acme.com` is any below acme.com. */
  readonly hosts?: readonly string[] | undefined;
}

export const limitKeys = ["min", "max", "oneOf", "hosts", "when"] as const;

/** Reads `limits:`. */
export function readDelegationLimits(
  node: Node | undefined,
  repository: Kind,
  structure: Structure,
  diagnostics: Diagnostics,
): DelegationLimit[] {
  if (!isGiven(node)) return [];
  if (node.type !== "map") {
    diagnostics.error(node.position, `must be a map of properties and limits, not ${describeNode(node)}`);
    return [];
  }
  return [...node.entries].flatMap(([text, { key, value }]) => {
    const place = findPlace(text, repository, structure);
    if ("problem" in place) {
      diagnostics.error(key, place.problem, place.suggestion);
      return [];
    }
    const { field, kind, steps } = place;
    if (field === undefined) {
      diagnostics.error(key, "must be a property: a limit does not apply to a whole section");
      return [];
    }
    return readLimit(value, { position: key, text, steps, kind, field }, diagnostics);
  });
}

function readLimit(
  value: Node,
  place: Pick<DelegationLimit, "position" | "text" | "steps" | "kind" | "field">,
  diagnostics: Diagnostics,
): DelegationLimit[] {
  if (value.type === "broken") return [];
  if (value.type !== "map") {
    diagnostics.error(
      value.position,
      `must be a map with ${limitKeys.join(", ")}, not ${describeNode(value)}`,
    );
    return [];
  }
  reportUnknownFields(value, limitKeys, diagnostics);
  const min = readNumber(value, "min", diagnostics);
  const max = readNumber(value, "max", diagnostics);
  const oneOf = readScalars(value, "oneOf", diagnostics);
  const hosts = readScalars(value, "hosts", diagnostics)?.map((host) => String(host).toLowerCase());
  if (min === undefined && max === undefined && !oneOf && !hosts) {
    diagnostics.error(value.position, "must have at least one of min, max, oneOf, hosts");
    return [];
  }
  const when = readWhen(value, place.kind, diagnostics);
  return [{ ...place, when, min, max, oneOf, hosts }];
}

function readNumber(map: MapNode, name: string, diagnostics: Diagnostics): number | undefined {
  const node = map.entries.get(name)?.value;
  if (!node || node.type === "broken") return undefined;
  if (node.type === "scalar" && typeof node.value === "number" && Number.isFinite(node.value))
    return node.value;
  diagnostics.error(node.position, `must be a number, not ${describeNode(node)}`);
  return undefined;
}

function readScalars(map: MapNode, name: string, diagnostics: Diagnostics): Scalar[] | undefined {
  const node = map.entries.get(name)?.value;
  if (!node || node.type === "broken") return undefined;
  const items = node.type === "list" ? node.items : [node];
  const values = items.flatMap((item) => {
    if (item.type === "scalar" && item.value !== null) return [item.value];
    if (item.type !== "broken")
      diagnostics.error(item.position, `must be text, a number, true or false, not ${describeNode(item)}`);
    return [];
  });
  if (items.length === 0) diagnostics.error(node.position, "must have at least one value");
  return values;
}

function readWhen(map: MapNode, kind: Kind, diagnostics: Diagnostics): Map<string, Scalar> {
  const node = map.entries.get("when")?.value;
  if (!node || node.type === "broken") return new Map();
  if (node.type !== "map") {
    diagnostics.error(node.position, `must be a map of properties and values, not ${describeNode(node)}`);
    return new Map();
  }
  return new Map(
    [...node.entries].flatMap(([field, { key, value }]): [string, Scalar][] => {
      if (!schemaOf(kind, field)) {
        const meant = suggestWord(field, Object.keys(kind.args.shape));
        diagnostics.error(key, `a ${kind.title} has no property "${field}"`, meant);
        return [];
      }
      if (value.type === "scalar" && value.value !== null) return [[field, value.value]];
      if (value.type !== "broken")
        diagnostics.error(
          value.position,
          `must be text, a number, true or false, not ${describeNode(value)}`,
        );
      return [];
    }),
  );
}

/** Whether a limit is about the property of an entry at these steps. */
export function isAt(limit: DelegationLimit, steps: readonly string[]): boolean {
  return (
    limit.steps.length === steps.length &&
    limit.steps.every((step, index) => step === steps[index] || step === anyEntry)
  );
}

/**
 * Returns what is wrong with the effective values of a resource, in words that follow its path; undefined if they keep to
 * the limit. A value that nobody sets keeps to no limit unless it has a default.
 */
export function findExcess(limit: DelegationLimit, args: Properties): string | undefined {
  const values = { ...defaultsOf(limit.kind), ...args };
  for (const [field, wanted] of limit.when)
    if (!isSecretReference(values[field]) && !isDeepStrictEqual(values[field], wanted)) return undefined;
  const value = values[limit.field];
  const { min, max, oneOf, hosts } = limit;
  const items = Array.isArray(value) ? value : [value];
  const isWithin = items.every(
    (item) =>
      (min === undefined || (typeof item === "number" && item >= min)) &&
      (max === undefined || (typeof item === "number" && item <= max)) &&
      (oneOf === undefined || oneOf.some((one) => one === item)) &&
      (hosts === undefined || (typeof item === "string" && hasHost(item, hosts))),
  );
  return isWithin ? undefined : `must be ${describeLimit(limit)}`;
}

function describeLimit({ min, max, oneOf, hosts }: DelegationLimit): string {
  return [
    min === undefined ? [] : [`at least ${min}`],
    max === undefined ? [] : [`at most ${max}`],
    oneOf === undefined ? [] : [oneOf.length === 1 ? String(oneOf[0]) : `one of ${oneOf.join(", ")}`],
    hosts === undefined ? [] : [`a URL of ${hosts.join(", ")}`],
  ]
    .flat()
    .join(" and ");
}

function hasHost(text: string, hosts: readonly string[]): boolean {
  if (!URL.canParse(text)) return false;
  const { hostname } = new URL(text);
  return hosts.some((host) => (host.startsWith("*.") ? hostname.endsWith(host.slice(1)) : hostname === host));
}
