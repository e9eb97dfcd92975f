/** What all calls have in common. */
import type { ServerUnaryCall, sendUnaryData } from "@grpc/grpc-js";
import { UserError } from "../../errors";
import { kinds } from "../../kinds";
import type { Kind } from "../../kinds/kind";
import { suggestWord } from "../../model/suggest";
import { kindOfType, nameInType, nativePackage } from "../../model/typeToken";
import { parseUrn } from "../../pulumi/urn";
import { serviceError } from "./error";

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

/** The kind in a resource's URN. */
export function kindOfUrn(urn: string): Kind {
  return kindOfToken(parseUrn(urn).type);
}

/** The kind of a type token. */
export function kindOfToken(type: string): Kind {
  const kind = kindOfType(type);
  if (kind) return kind;
  const name = nameInType(type) ?? type;
  const near = suggestWord(
    name,
    kinds.map((one) => one.name),
  );
  throw new UserError(
    `${nativePackage} has no resource type ${type}.${near === undefined ? "" : ` Did you mean ${near}?`}`,
  );
}
