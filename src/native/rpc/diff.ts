/** Diff: compares state and declaration, property by property. */

import { isDeepStrictEqual } from "node:util";
import type { Properties } from "../../kinds/kind";
import { toLocation } from "../../model/location";
import { withDefaults } from "../../model/values";
import { explain } from "../../provider/explain";
import type { Calls } from "../../wire/calls";
import { diffChanges, propertyDiffKinds } from "../../wire/messages";
import { warn } from "../../wire/tell";
import { compareDeclared } from "../answers";
import { fromStruct } from "../property";
import type { Provider } from "../provider";
import { lacksOutputs, ownInputs, stableOutputs, stateFrom, stateInputs } from "../state";
import { kindOfUrn } from "./call";

type PropertyChange = "add" | "delete" | "update";

export function diffCalls(provider: Provider): Pick<Calls, "diff"> {
  return {
    diff: async (request) => {
      const { urn, id } = request;
      const kind = kindOfUrn(urn);
      const { session } = provider;
      provider.existing.add(urn);
      const inputs = stateInputs(fromStruct(request.oldInputs).values);
      const kept = fromStruct(request.olds).values;
      const state = stateFrom(kind, kept, inputs);
      const given = fromStruct(request.news).values;
      const news = ownInputs(given);
      const isDeclared = provider.declared.has(urn);
      session.claims.recordManaged(kind, toLocation(kind, state), id, state, { urn, isDeclared });
      const { wanted, found } = await compareDeclared(kind, state, news, () => session.reader);
      const ignored = new Set(request.ignoreChanges);
      const fields = found.fields.filter((field) => !ignored.has(field));
      const replaces = found.replaces.filter((field) => !ignored.has(field));
      await session.guard.recordDiff(kind, id, state, news, replaces);
      await explain(kind, id, state, wanted, fields, {
        warn: (text) => warn(text, { engine: provider.engine, urn }),
        isBesideName: true,
      });
      const olds = withDefaults(kind, state);
      const changes = fields.flatMap((field) =>
        [...changesIn(field, olds[field], wanted[field])].map(([path, change]) => [
          path,
          { kind: propertyDiffKinds[`${change}${replaces.includes(field) ? "Replace" : ""}`] },
        ]),
      );
      return {
        changes: fields.length > 0 || lacksOutputs(kept, given) ? diffChanges.some : diffChanges.none,
        diffs: fields,
        replaces,
        deleteBeforeReplace: found.deleteBeforeReplace,
        stables: replaces.length === 0 ? stableOutputs(kind, id) : [],
        hasDetailedDiff: true,
        detailedDiff: Object.fromEntries(changes),
      };
    },
  };
}

/** Yields the paths at which a value differs, down to items of lists and fields of objects. */
function* changesIn(path: string, old: unknown, wanted: unknown): Generator<[string, PropertyChange]> {
  if (isDeepStrictEqual(old, wanted)) return;
  if (old === undefined) yield [path, "add"];
  else if (wanted === undefined) yield [path, "delete"];
  else if (Array.isArray(old) && Array.isArray(wanted)) {
    for (let at = 0; at < Math.max(old.length, wanted.length); at += 1)
      yield* changesIn(`${path}[${at}]`, old[at], wanted[at]);
  } else if (isRecord(old) && isRecord(wanted)) {
    for (const name of new Set([...Object.keys(old), ...Object.keys(wanted)]))
      yield* changesIn(`${path}.${name}`, old[name], wanted[name]);
  } else yield [path, "update"];
}

/** Other than `isObject` of `src/errors`, this excludes lists. */
function isRecord(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
