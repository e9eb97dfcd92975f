/**
 * Pulumi's SDK sends the engine three debug messages for each resource, one after the other, which nobody sees unless
 * they ask: a seventh of a preview.
 */
import { log } from "@pulumi/pulumi";
import { isDebugging } from "../environment";
import { isDebugAsked } from "./verbose";

/** Drops debug messages, unless `BITBUCKET_LOG` or the engine's `--debug` or `--verbose` asks for them. */
export function silenceDebugMessages(isAsked: () => boolean = () => isDebugging() || isDebugAsked()): void {
  if (isAsked()) return;
  // The SDK itself calls it as a property of this module.
  Object.assign(log, { debug: async () => {} });
}
