/** Calls about the plugin itself: its capabilities, its version, and its shutdown. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { packageRoot, packageVersion } from "../../errors";
import type { Calls } from "../../wire/calls";
import type { Provider } from "../provider";

/** The schema, generated from the kinds by `npm run docs`. */
const schemaFile = join(packageRoot, "schema", "pulumi-bitbucket-cloud.json");

export function pluginCalls(
  provider: Provider,
): Pick<Calls, "handshake" | "getPluginInfo" | "attach" | "getSchema" | "cancel"> {
  return {
    handshake: ({ engineAddress }) => {
      provider.engine = engineAddress;
      return { acceptSecrets: true };
    },
    getPluginInfo: () => ({ version: packageVersion() }),
    attach: ({ address }) => {
      provider.engine = address;
      return {};
    },
    getSchema: async () => ({ schema: await readFile(schemaFile, "utf8") }),
    // Running operations finish; the engine itself ends the process.
    cancel: () => ({}),
  };
}
