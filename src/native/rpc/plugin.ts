/** Calls about the plugin itself: its capabilities, its version, and its shutdown. */

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { PluginAttach } from "@pulumi/pulumi/proto/plugin_pb";
import { PluginInfo } from "@pulumi/pulumi/proto/plugin_pb";
import {
  type GetSchemaRequest,
  GetSchemaResponse,
  type ProviderHandshakeRequest,
  ProviderHandshakeResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import type { Empty } from "google-protobuf/google/protobuf/empty_pb";
import { packageRoot, packageVersion } from "../../errors";
import { requireBesideSdk } from "../../provider/besideSdk";
import type { Provider } from "../provider";
import { unary } from "./unary";

const { Empty: EmptyClass } = requireBesideSdk("google-protobuf/google/protobuf/empty_pb.js") as {
  Empty: typeof Empty;
};

/** The schema, generated from the kinds by `npm run docs`. */
const schemaFile = join(packageRoot, "schema", "pulumi-bitbucket-cloud.json");

export const empty = () => new EmptyClass();

export function pluginCalls(provider: Provider) {
  return {
    handshake: unary((request: ProviderHandshakeRequest) => {
      provider.engine = request.getEngineAddress();
      const response = new ProviderHandshakeResponse();
      response.setAcceptSecrets(true);
      return response;
    }),
    getPluginInfo: unary((_: Empty) => {
      const info = new PluginInfo();
      info.setVersion(packageVersion());
      return info;
    }),
    attach: unary((request: PluginAttach) => {
      provider.engine = request.getAddress();
      return empty();
    }),
    getSchema: unary(async (_: GetSchemaRequest) => {
      const response = new GetSchemaResponse();
      response.setSchema(await readFile(schemaFile, "utf8"));
      return response;
    }),
    // Running operations finish; the engine itself ends the process.
    cancel: unary((_: Empty) => empty()),
  };
}
