/** Diff: compares state and declaration, property by property. */

import { isDeepStrictEqual } from "node:util";
import { type DiffRequest, DiffResponse, PropertyDiff } from "@pulumi/pulumi/proto/provider_pb";
import type { Properties } from "../../kinds/kind";
import { toLocation } from "../../model/location";
import { withDefaults } from "../../model/values";
import { explain } from "../../provider/explain";
import { warn } from "../../provider/warn";
import { compareDeclared } from "../answers";
import { fromStruct } from "../property";
import type { Provider } from "../provider";
import { ownInputs, stableOutputs, stateFrom, stateInputs } from "../state";
import { kindOfUrn } from "./call";
import { unary } from "./unary";

type PropertyChange = "ADD" | "DELETE" | "UPDATE";

export function diffCalls(provider: Provider) {
  return {
    diff: unary(async (request: DiffRequest) => {
      const kind = kindOfUrn(request.getUrn());
      const id = request.getId();
      const { session } = provider;
      provider.existing.add(request.getUrn());
      const inputs = stateInputs(fromStruct(request.getOldInputs()).values);
      const state = stateFrom(kind, fromStruct(request.getOlds()).values, inputs);
      const news = ownInputs(fromStruct(request.getNews()).values);
      const urn = request.getUrn();
      const isDeclared = provider.declared.has(urn);
      session.claims.recordManaged(kind, toLocation(kind, state), id, state, { urn, isDeclared });
      const { wanted, found } = await compareDeclared(kind, state, news, () => session.reader);
      const ignored = new Set(request.getIgnorechangesList());
      const fields = found.fields.filter((field) => !ignored.has(field));
      const replaces = found.replaces.filter((field) => !ignored.has(field));
      await session.guard.recordDiff(kind, id, state, news, replaces);
      await explain(kind, id, state, wanted, fields, (text) =>
        warn(text, { engine: provider.engine, urn: request.getUrn() }),
      );
      const response = new DiffResponse();
      const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
      response.setChanges(fields.length > 0 ? DIFF_SOME : DIFF_NONE);
      response.setDiffsList([...fields]);
      response.setReplacesList([...replaces]);
      response.setDeletebeforereplace(found.deleteBeforeReplace);
      if (replaces.length === 0) response.setStablesList(stableOutputs(kind, id));
      response.setHasdetaileddiff(true);
      const olds = withDefaults(kind, state);
      for (const field of fields)
        for (const [path, change] of changesIn(field, olds[field], wanted[field]))
          response.getDetaileddiffMap().set(path, propertyDiff(change, replaces.includes(field)));
      return response;
    }),
  };
}

/** Yields the paths at which a value differs, down to items of lists and fields of objects. */
function* changesIn(path: string, old: unknown, wanted: unknown): Generator<[string, PropertyChange]> {
  if (isDeepStrictEqual(old, wanted)) return;
  if (old === undefined) yield [path, "ADD"];
  else if (wanted === undefined) yield [path, "DELETE"];
  else if (Array.isArray(old) && Array.isArray(wanted)) {
    for (let at = 0; at < Math.max(old.length, wanted.length); at += 1)
      yield* changesIn(`${path}[${at}]`, old[at], wanted[at]);
  } else if (isRecord(old) && isRecord(wanted)) {
    for (const name of new Set([...Object.keys(old), ...Object.keys(wanted)]))
      yield* changesIn(`${path}.${name}`, old[name], wanted[name]);
  } else yield [path, "UPDATE"];
}

/** Other than `isObject` of `src/errors`, this excludes lists. */
function isRecord(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function propertyDiff(change: PropertyChange, replaces: boolean): PropertyDiff {
  const { Kind } = PropertyDiff;
  const kinds = {
    ADD: [Kind.ADD, Kind.ADD_REPLACE],
    DELETE: [Kind.DELETE, Kind.DELETE_REPLACE],
    UPDATE: [Kind.UPDATE, Kind.UPDATE_REPLACE],
  } as const;
  const result = new PropertyDiff();
  result.setKind(kinds[change][replaces ? 1 : 0]);
  return result;
}
