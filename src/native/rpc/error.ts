/** Errors in the engine's form: a message for people, and the state of a partially created object. */
import { errorText, redact } from "../../errors";
import type { Kind } from "../../kinds/kind";
import { HalfDoneError } from "../../provider/errors";
import { initFailed, rpcStatus } from "../../wire/messages";
import { CallFailure, statusCodes } from "../../wire/status";
import { type PropertyBag, toStruct } from "../property";
import { outputsFor, secretsOf } from "../state";

/** The error of a write: an object that exists but is incomplete is kept in the state. */
export function writeError(kind: Kind, error: unknown, given: PropertyBag): unknown {
  if (!(error instanceof HalfDoneError)) return error;
  const outputs = outputsFor(kind, error.id, error.properties, given.values);
  const value = initFailed.encode({
    id: error.id,
    reasons: error.reasons.map(redact),
    properties: toStruct(outputs, secretsOf(kind, outputs, given.secrets)),
    refreshBeforeUpdate: true,
  });
  const status = { code: statusCodes.unknown, message: errorText(error) };
  const typeUrl = "type.googleapis.com/pulumirpc.ErrorResourceInitFailed";
  const details = rpcStatus.encode({ ...status, details: [{ typeUrl, value }] });
  return new CallFailure({ ...status, details }, error);
}
