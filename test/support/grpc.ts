/** The copy of gRPC that Pulumi's SDK itself uses: messages of another copy are foreign to it. */
import { createRequire } from "node:module";

const requireBesideSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));

export const grpc = requireBesideSdk("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
