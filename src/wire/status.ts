/** How calls fail. */

/** https://grpc.io/docs/guides/status-codes/ */
export const statusCodes = {
  ok: 0,
  unknown: 2,
  resourceExhausted: 8,
  unimplemented: 12,
  internal: 13,
} as const;

/** Why a call failed. */
export interface CallStatus {
  readonly code: number;
  readonly message: string;
  /** A `google.rpc.Status`, with what there is to know besides. */
  readonly details?: Uint8Array;
}

/** An error with the status that the engine gets. */
export class CallFailure extends Error {
  constructor(
    readonly status: CallStatus,
    override readonly cause: unknown,
  ) {
    super(status.message);
  }
}
