/**
 * The gRPC service that the engine calls: https://github.com/pulumi/pulumi/blob/master/proto/pulumi/provider.proto
 *
 * An engine starts more of these processes than do anything: one for the schema alone, for example. They load only what
 * is here.
 */
import { answer, type CallHandler, type CallName, callTypes } from "../wire/calls";
import { type AnswerCall, type Serving, serveCalls } from "../wire/server";
import { CallFailure, type CallStatus, statusCodes } from "../wire/status";
import type { Provider } from "./provider";
import { pluginCalls } from "./rpc/plugin";

export type { Serving } from "../wire/server";

/** The calls of `createCalls`, which is loaded with the first of them. */
export const loadedCalls = [
  "check",
  "checkConfig",
  "configure",
  "create",
  "delete",
  "diff",
  "diffConfig",
  "getMapping",
  "getMappings",
  "invoke",
  "list",
  "read",
  "update",
] as const satisfies readonly CallName[];

export type LoadedCall = (typeof loadedCalls)[number];

/** What a provider answers to each call. */
export type Handlers = Readonly<Record<CallName, CallHandler>>;

/** Returns the handlers of the provider that a call is for, by what stands for its connection. */
export type FindHandlers = (connection: object, name: CallName) => Handlers;

/** Serves providers on a port of their own, for this machine only. */
export function serve(find: FindHandlers): Promise<Serving> {
  const names = Object.keys(callTypes) as CallName[];
  const calls = names.map((name): [string, AnswerCall] => [
    `/pulumirpc.ResourceProvider/${callTypes[name].rpc}`,
    async (connection, body) => answer(name, find(connection, name)[name], body),
  ]);
  return serveCalls(new Map(calls), toStatus);
}

function toStatus(error: unknown): CallStatus {
  if (error instanceof CallFailure) return error.status;
  const { errorTextBesideName } = require("../provider/errors") as typeof import("../provider/errors");
  return { code: statusCodes.unknown, message: errorTextBesideName(error) };
}

/** What a provider answers. */
export function callsOf(provider: Provider): Handlers {
  let calls: Pick<Handlers, LoadedCall> | undefined;
  const loaded = loadedCalls.map((name): [LoadedCall, CallHandler] => [
    name,
    (request) => {
      calls ??= (require("./calls") as typeof import("./calls")).createCalls(provider);
      return calls[name](request);
    },
  ]);
  const byName = Object.fromEntries(loaded) as Record<LoadedCall, CallHandler>;
  return { ...byName, ...pluginCalls(provider) };
}
