/** Create, Update and Delete, and their previews. */

import {
  type CreateRequest,
  CreateResponse,
  type DeleteRequest,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb";
import type { Kind, Properties } from "../../kinds/kind";
import { diff } from "../../model/diff";
import { toLocation } from "../../model/location";
import { withDefaults } from "../../model/values";
import { DuplicateError, RefusedError, sharedIdentity } from "../../provider/errors";
import { inform } from "../../provider/warn";
import { parseUrn } from "../../pulumi/urn";
import { ExistingObjects } from "../existing";
import { fromStruct, type PropertyBag, toStruct } from "../property";
import type { Provider } from "../provider";
import {
  isOfOwnClass,
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
import { empty } from "./plugin";
import { unary } from "./unary";

export function writeCalls(provider: Provider) {
  const existing = new ExistingObjects(provider);
  return {
    create: unary(async (request: CreateRequest) => {
      const kind = kindOfUrn(request.getUrn());
      const { values, secrets } = fromStruct(request.getProperties());
      const inputs = ownInputs(values);
      const response = new CreateResponse();
      if (request.getPreview()) {
        // A program with the package's own classes reports what exists itself.
        const known = isOfOwnClass(values) ? {} : await existing.report(kind, request.getUrn(), inputs);
        const outputs = previewOfCreate(kind, inputs, known);
        response.setProperties(toStruct(outputs, secretsOf(kind, outputs, secrets)));
        return response;
      }
      const { session } = provider;
      const {
        id,
        outputs: kept,
        live,
      } = await withPartialState(kind, { values, secrets }, () =>
        explainReplacement(kind, inputs, provider.existing.has(request.getUrn()), () =>
          session.lifecycle.create(kind, withDefaults(kind, inputs)),
        ),
      );
      session.guard.recordCreation(kind, id, kept);
      const outputs = outputsFor(kind, id, kept, values, live);
      response.setId(id);
      response.setProperties(toStruct(outputs, secretsOf(kind, outputs, secrets)));
      response.setRefreshBeforeUpdate(true);
      return response;
    }),
    update: unary(async (request: UpdateRequest) => {
      const kind = kindOfUrn(request.getUrn());
      const id = request.getId();
      const { values, secrets } = fromStruct(request.getNews());
      const inputs = ownInputs(values);
      const olds = fromStruct(request.getOlds()).values;
      const state = stateFrom(kind, olds, stateInputs(fromStruct(request.getOldInputs()).values));
      const response = new UpdateResponse();
      response.setRefreshBeforeUpdate(true);
      if (request.getPreview()) {
        const { fields } = diff(kind, state, withDefaults(kind, inputs));
        const outputs = previewOfUpdate(kind, id, state, inputs, fields, olds);
        response.setProperties(toStruct(outputs, secretsOf(kind, outputs, secrets)));
        return response;
      }
      const { session } = provider;
      const { outputs: kept, live } = await withPartialState(kind, { values, secrets }, () =>
        session.lifecycle.update(kind, id, state, withDefaults(kind, inputs)),
      );
      session.guard.recordUpdate(kind, id, kept);
      const outputs = outputsFor(kind, id, kept, values, live);
      response.setProperties(toStruct(outputs, secretsOf(kind, outputs, secrets)));
      return response;
    }),
    delete: unary(async (request: DeleteRequest): Promise<Empty> => {
      const kind = kindOfUrn(request.getUrn());
      const id = request.getId();
      const inputs = fromStruct(request.getOldInputs()).values;
      const state = stateFrom(kind, fromStruct(request.getProperties()).values, stateInputs(inputs));
      const { session } = provider;
      const other = session.claims.findOther(kind, toLocation(kind, state), id, request.getUrn());
      // Of two resources for one object, such as after two imports, the one that stays keeps it.
      if (other?.isDeclared) {
        const text = `not deleted, because the resource "${parseUrn(other.urn).name}" manages it`;
        await inform(text, { engine: provider.engine, urn: request.getUrn() });
        return empty();
      }
      if ((await session.guard.beforeDelete(kind, id, state)) === "request")
        await session.lifecycle.delete(kind, id, state);
      return empty();
    }),
  };
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
