/** Errors in the engine's form: a message for people, and the state of a partially created object. */
import type { ServiceError } from "@grpc/grpc-js";
import { ErrorResourceInitFailed } from "@pulumi/pulumi/proto/provider_pb";
import { errorText, redact } from "../../errors";
import type { Kind } from "../../kinds/kind";
import { requireBesideSdk } from "../../provider/besideSdk";
import { HalfDoneError } from "../../provider/errors";
import { grpc } from "../../provider/grpc";
import { type PropertyBag, toStruct } from "../property";
import { outputsFor, secretsOf } from "../state";
import { serviceError } from "./serviceError";

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto */
interface RpcStatus {
  setCode(code: number): void;
  setMessage(text: string): void;
  addDetails(detail: RpcAny): void;
  serializeBinary(): Uint8Array;
}
interface RpcAny {
  pack(message: Uint8Array, name: string): void;
}

/** The error of a write: an object that exists but is incomplete is kept in the state. */
export function writeError(kind: Kind, error: unknown, given: PropertyBag): Partial<ServiceError> {
  if (!(error instanceof HalfDoneError)) return serviceError(error);
  const detail = new ErrorResourceInitFailed();
  detail.setId(error.id);
  detail.setReasonsList(error.reasons.map(redact));
  const outputs = outputsFor(kind, error.id, error.properties, given.values);
  detail.setProperties(toStruct(outputs, secretsOf(kind, outputs, given.secrets)));
  detail.setRefreshBeforeUpdate(true);
  const { Any } = requireBesideSdk("google-protobuf/google/protobuf/any_pb.js") as { Any: new () => RpcAny };
  const { Status } = requireBesideSdk("./proto/status_pb.js") as { Status: new () => RpcStatus };
  const packed = new Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const status = new Status();
  status.setCode(grpc.status.UNKNOWN);
  status.setMessage(errorText(error));
  status.addDetails(packed);
  const metadata = new grpc.Metadata();
  // gRPC carries structured error details under this name.
  metadata.add("grpc-status-details-bin", Buffer.from(status.serializeBinary()));
  return { ...serviceError(error), metadata };
}
