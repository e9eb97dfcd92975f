/** Error responses, with the service's bodies. */

/** The API's error body, thrown by a handler. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    message: string,
    readonly more: {
      readonly detail?: unknown;
      /** By field; the webhook service lists texts. */
      readonly fields?: Readonly<Record<string, readonly string[]>> | readonly string[];
      readonly data?: Readonly<Record<string, unknown>>;
    } = {},
  ) {
    super(message);
  }

  body(): unknown {
    return { type: "error", error: { message: this.message, ...this.more } };
  }
}

/** The error of the OAuth token endpoint, in the format of RFC 6749. */
export class OAuthRefusal extends Refusal {
  constructor(
    status: number,
    readonly code: string,
    message: string,
  ) {
    super(status, message);
  }

  override body(): unknown {
    return { error: this.code, error_description: this.message };
  }
}

export function badRequest(message: string, fields?: Readonly<Record<string, readonly string[]>>): Refusal {
  return new Refusal(400, message, fields ? { fields } : {});
}

/** A value in the body that the service does not accept. */
export function invalidField(field: string, message: string): Refusal {
  return badRequest("Bad request", { [field]: [message] });
}

export function notFound(message = "Resource not found"): Refusal {
  return new Refusal(404, message);
}

export function refuseAccess(message = "You do not have access to this resource."): Refusal {
  return new Refusal(403, message);
}

/** The format of the pipelines service. */
export function pipelinesConflict(key: string, message: string): Refusal {
  return new Refusal(409, message, { detail: message, data: { key } });
}
