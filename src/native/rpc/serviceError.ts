/** Errors in the engine's form. */
import type { ServiceError } from "@grpc/grpc-js";
import { errorText } from "../../errors";
import { grpc } from "../../provider/grpc";

/** The error of a call. */
export function serviceError(error: unknown): Partial<ServiceError> {
  const message = errorText(error);
  return { code: grpc.status.UNKNOWN, details: message, message, cause: error };
}
