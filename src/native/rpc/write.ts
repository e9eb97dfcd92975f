/** Create, Update and Delete, and their previews. */
import type { Kind, Properties } from "../../kinds/kind";
import { diff } from "../../model/diff";
import { toLocation } from "../../model/location";
import { withDefaults } from "../../model/values";
import { DuplicateError, RefusedError, sharedIdentity } from "../../provider/errors";
import type { Session } from "../../provider/session";
import { parseUrn } from "../../pulumi/urn";
import type { Calls } from "../../wire/calls";
import { inform } from "../../wire/tell";
import { compareDeclared } from "../answers";
import { explainHeldCredential } from "../credential";
import { ExistingObjects } from "../existing";
import { fromStruct, type PropertyBag, toStruct } from "../property";
import type { Provider } from "../provider";
import {
  isOfOwnClass,
  lacksOutputs,
  outputsFor,
  ownInputs,
  previewOfCreate,
  previewOfUpdate,
  secretsOf,
  stateFrom,
  stateInputs,
} from "../state";
import { kindOfUrn } from "./call";
import { writeError } from "./error";

export function writeCalls(provider: Provider): Pick<Calls, "create" | "update" | "delete"> {
  const existing = new ExistingObjects(provider);
  return {
    create: async ({ urn, properties, preview }) => {
      const kind = kindOfUrn(urn);
      const { values, secrets } = fromStruct(properties);
      const inputs = ownInputs(values);
      if (preview) {
        // A program with the package's own classes reports what exists itself.
        const known = isOfOwnClass(values) ? {} : await existing.report(kind, urn, inputs);
        const outputs = previewOfCreate(kind, inputs, known);
        return { properties: toStruct(outputs, secretsOf(kind, outputs, secrets)) };
      }
      const { session } = provider;
      const {
        id,
        outputs: kept,
        live,
      } = await withPartialState(kind, { values, secrets }, () =>
        explainReplacement(kind, inputs, provider.existing.has(urn), () =>
          session.lifecycle.create(kind, withDefaults(kind, inputs)),
        ),
      );
      session.guard.recordCreation(kind, id, kept);
      const outputs = outputsFor(kind, id, kept, values, live);
      return {
        id,
        properties: toStruct(outputs, secretsOf(kind, outputs, secrets)),
        refreshBeforeUpdate: true,
      };
    },
    update: async (request) => {
      const { id } = request;
      const kind = kindOfUrn(request.urn);
      const { values, secrets } = fromStruct(request.news);
      const inputs = ownInputs(values);
      const olds = fromStruct(request.olds).values;
      const state = stateFrom(kind, olds, stateInputs(fromStruct(request.oldInputs).values));
      const answer = (outputs: Properties) => ({
        properties: toStruct(outputs, secretsOf(kind, outputs, secrets)),
        refreshBeforeUpdate: true,
      });
      if (request.preview) {
        const { fields } = diff(kind, state, withDefaults(kind, inputs));
        return answer(previewOfUpdate(kind, id, state, inputs, fields, olds));
      }
      const { session } = provider;
      const completed =
        lacksOutputs(olds, values) && (await completeOutputs(session, kind, id, state, values));
      if (completed) return answer(completed);
      const { outputs: kept, live } = await withPartialState(kind, { values, secrets }, () =>
        session.lifecycle.update(kind, id, state, withDefaults(kind, inputs)),
      );
      session.guard.recordUpdate(kind, id, kept);
      return answer(outputsFor(kind, id, kept, values, live));
    },
    delete: async ({ urn, id, properties, oldInputs }) => {
      const kind = kindOfUrn(urn);
      const inputs = fromStruct(oldInputs).values;
      const state = stateFrom(kind, fromStruct(properties).values, stateInputs(inputs));
      const { session } = provider;
      const other = session.claims.findOther(kind, toLocation(kind, state), id, urn);
      // Of two resources for one object, such as after two imports, the one that stays keeps it.
      if (other?.isDeclared) {
        const text = `not deleted, because the resource "${parseUrn(other.urn).name}" manages it`;
        await inform(text, { engine: provider.engine, urn });
        return {};
      }
      await explainHeldCredential(provider, async () => {
        await session.prepare();
        if ((await session.guard.beforeDelete(kind, id, state)) === "request")
          await session.lifecycle.delete(kind, id, state);
      });
      return {};
    },
  };
}

/** The outputs that an SDK needs, of a resource in which nothing differs; undefined where something does, or it is gone. */
async function completeOutputs(
  { lifecycle, reader }: Session,
  kind: Kind,
  id: string,
  state: Properties,
  inputs: Properties,
): Promise<Properties | undefined> {
  const { found } = await compareDeclared(kind, state, inputs, () => reader);
  if (found.fields.length > 0) return undefined;
  const current = await lifecycle.read(kind, id, state);
  return current && !current.recreated ? outputsFor(kind, id, state, inputs, current.live) : undefined;
}

/**
 * Where the engine creates the successor of a resource before it deletes it, the other of two with one natural key is
 * no other resource. The engine does not ask the provider about a replacement that its user or another resource forces.
 */
async function explainReplacement<Result>(
  kind: Kind,
  inputs: Properties,
  isReplacement: boolean,
  create: () => Promise<Result>,
): Promise<Result> {
  try {
    return await create();
  } catch (error) {
    if (!(error instanceof DuplicateError && isReplacement)) throw error;
    throw new RefusedError(
      kind,
      inputs,
      `is replaced, and cannot exist twice with ${sharedIdentity(kind)}. Nothing was changed. ` +
        'Set the resource option "deleteBeforeReplace: true" on it, and run this again.',
    );
  }
}

/** @throws an error in the engine's form: a partially created object stays in the state. */
async function withPartialState<Result>(
  kind: Kind,
  given: PropertyBag,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    throw writeError(kind, error, given);
  }
}
