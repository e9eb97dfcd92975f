/** The copy of gRPC that Pulumi's SDK itself uses: messages of another one are foreign to it. */
import { createRequire } from "node:module";

export const grpc = createRequire(require.resolve("@pulumi/pulumi/package.json"))(
  "@grpc/grpc-js",
) as typeof import("@grpc/grpc-js");
