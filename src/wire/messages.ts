/**
 * The messages of the engine's calls, with the fields that are in use here:
 * https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
 *
 * Most of a plugin's time in a preview is the protocol's. The generated messages of Pulumi's SDK take five times as long,
 * and as long to load as everything else that a plugin begins with.
 */
import {
  byName,
  bytes,
  count,
  flag,
  type MessageOf,
  many,
  message,
  one,
  optionalText,
  struct,
  text,
  texts,
} from "./message";

/** `PropertyDiff.Kind`. */
export const propertyDiffKinds = {
  add: 0,
  addReplace: 1,
  delete: 2,
  deleteReplace: 3,
  update: 4,
  updateReplace: 5,
} as const;

/** `DiffResponse.DiffChanges`. */
export const diffChanges = { none: 1, some: 2 } as const;

/** `LogSeverity`, in engine.proto. */
export const logSeverities = { info: 1, warning: 2, error: 3 } as const;

export const logRequest = message({ severity: count(1), message: text(2), urn: text(3) });

/** Without the property: see `failures`. */
const checkFailure = message({ reason: text(2) });
export type CheckFailure = MessageOf<typeof checkFailure>;

const propertyDiff = message({ kind: count(1) });

const listed = message({ id: text(1), name: text(2) });

export const empty = message({});

export const handshakeRequest = message({ engineAddress: text(1) });
export const handshakeResponse = message({ acceptSecrets: flag(1) });
export const pluginInfo = message({ version: text(1) });
export const pluginAttach = message({ address: text(1) });
export const schemaRequest = message({ version: count(1) });
export const schemaResponse = message({ schema: text(1) });
export const mappingRequest = message({ key: text(1), provider: text(2) });
export const mappingResponse = message({ provider: text(1), data: bytes(2) });
export const mappingsRequest = message({ key: text(1) });
export const mappingsResponse = message({ providers: texts(1) });

export const configureRequest = message({ args: struct(2), id: optionalText(7), urn: optionalText(8) });
export const configureResponse = message({ acceptSecrets: flag(1), supportsPreview: flag(2) });

export const checkRequest = message({ urn: text(1), olds: struct(2), news: struct(3) });
export const checkResponse = message({ inputs: struct(1), failures: many(2, checkFailure) });

export const diffRequest = message({
  id: text(1),
  urn: text(2),
  olds: struct(3),
  news: struct(4),
  ignoreChanges: texts(5),
  oldInputs: struct(6),
});
export const diffResponse = message({
  replaces: texts(1),
  stables: texts(2),
  deleteBeforeReplace: flag(3),
  changes: count(4),
  diffs: texts(5),
  detailedDiff: byName(6, propertyDiff),
  hasDetailedDiff: flag(7),
});

export const invokeRequest = message({ token: text(1), args: struct(2), preview: flag(7) });
export const invokeResponse = message({ return: struct(1), failures: many(2, checkFailure) });

export const listRequest = message({ token: text(1), query: struct(2), limit: count(3) });
/** Either: `computed` says that what the query needs is unknown. */
export const listResponse = message({ computed: one(1, empty), result: one(2, listed) });

export const createRequest = message({ urn: text(1), properties: struct(2), preview: flag(4) });
export const createResponse = message({ id: text(1), properties: struct(2), refreshBeforeUpdate: flag(3) });

export const readRequest = message({ id: text(1), urn: text(2), properties: struct(3), inputs: struct(4) });
export const readResponse = message({
  id: text(1),
  properties: struct(2),
  inputs: struct(3),
  refreshBeforeUpdate: flag(4),
});

export const updateRequest = message({
  id: text(1),
  urn: text(2),
  olds: struct(3),
  news: struct(4),
  preview: flag(7),
  oldInputs: struct(8),
});
export const updateResponse = message({ properties: struct(1), refreshBeforeUpdate: flag(2) });

export const deleteRequest = message({
  id: text(1),
  urn: text(2),
  properties: struct(3),
  oldInputs: struct(5),
});

/** The details of an error: what a write has left behind. */
export const initFailed = message({
  id: text(1),
  properties: struct(2),
  reasons: texts(3),
  refreshBeforeUpdate: flag(5),
});

/** https://github.com/googleapis/googleapis/blob/master/google/rpc/status.proto */
const anyMessage = message({ typeUrl: text(1), value: bytes(2) });
export const rpcStatus = message({ code: count(1), message: text(2), details: many(3, anyMessage) });
