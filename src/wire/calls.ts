/** The engine's calls, by their names here, with their messages. */

import type { MessageOf, MessageType } from "./message";
import * as messages from "./messages";

/** A call: its name in the protocol, and what it takes and gives. */
interface CallType<Request, Response> {
  readonly rpc: string;
  readonly request: MessageType<Request>;
  readonly response: MessageType<Response>;
  /** Whether it answers with any number of responses. */
  readonly isStream?: boolean;
}

function call<Request, Response>(
  rpc: string,
  request: MessageType<Request>,
  response: MessageType<Response>,
): CallType<Request, Response> {
  return { rpc, request, response };
}

export const callTypes = {
  handshake: call("Handshake", messages.handshakeRequest, messages.handshakeResponse),
  getPluginInfo: call("GetPluginInfo", messages.empty, messages.pluginInfo),
  attach: call("Attach", messages.pluginAttach, messages.empty),
  getSchema: call("GetSchema", messages.schemaRequest, messages.schemaResponse),
  cancel: call("Cancel", messages.empty, messages.empty),
  getMapping: call("GetMapping", messages.mappingRequest, messages.mappingResponse),
  getMappings: call("GetMappings", messages.mappingsRequest, messages.mappingsResponse),
  checkConfig: call("CheckConfig", messages.checkRequest, messages.checkResponse),
  diffConfig: call("DiffConfig", messages.diffRequest, messages.diffResponse),
  configure: call("Configure", messages.configureRequest, messages.configureResponse),
  invoke: call("Invoke", messages.invokeRequest, messages.invokeResponse),
  list: { ...call("List", messages.listRequest, messages.listResponse), isStream: true as const },
  check: call("Check", messages.checkRequest, messages.checkResponse),
  diff: call("Diff", messages.diffRequest, messages.diffResponse),
  create: call("Create", messages.createRequest, messages.createResponse),
  read: call("Read", messages.readRequest, messages.readResponse),
  update: call("Update", messages.updateRequest, messages.updateResponse),
  delete: call("Delete", messages.deleteRequest, messages.empty),
};

export type CallName = keyof typeof callTypes;

export type RequestOf<Name extends CallName> = MessageOf<(typeof callTypes)[Name]["request"]>;

/** A field that is left out has its empty value. */
export type ResponseOf<Name extends CallName> = Partial<MessageOf<(typeof callTypes)[Name]["response"]>>;

type AnswerOf<Name extends CallName> = (typeof callTypes)[Name] extends { readonly isStream: true }
  ? readonly ResponseOf<Name>[]
  : ResponseOf<Name>;

/** What answers the calls. */
export type Calls = {
  readonly [Name in CallName]: (request: RequestOf<Name>) => AnswerOf<Name> | Promise<AnswerOf<Name>>;
};

/** A call of any name. */
export type CallHandler = (request: never) => unknown;

/** What a call answers, as bytes: one message, or any number in a stream. */
export async function answer(name: CallName, handler: CallHandler, body: Uint8Array): Promise<Buffer[]> {
  const { request, response, isStream } = callTypes[name] as CallType<unknown, object>;
  const result = await handler(request.decode(body) as never);
  const all = isStream ? (result as readonly object[]) : [result as object];
  return all.map((one) => response.encode(one));
}
