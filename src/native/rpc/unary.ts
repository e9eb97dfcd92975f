/** What all calls have in common. */
import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { serviceError } from "./serviceError";

/** A call that has one request and one answer. */
export type Unary<Request, Response> = (
  call: ServerUnaryCall<Request, Response>,
  done: sendUnaryData<Response>,
) => void;

/** A call whose work may fail. */
export function unary<Request, Response>(
  work: (request: Request) => Response | Promise<Response>,
): Unary<Request, Response> {
  return (call, done) => {
    Promise.resolve()
      .then(() => work(call.request))
      .then(
        (response) => done(null, response),
        (error: unknown) => done(isServiceError(error) ? error : serviceError(error)),
      );
  };
}

/** Whether the error is already in the engine's form. */
function isServiceError(error: unknown): error is Partial<import("@grpc/grpc-js").ServiceError> {
  return typeof error === "object" && error !== null && !(error instanceof Error) && "code" in error;
}
