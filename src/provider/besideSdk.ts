/**
 * Requires a module as Pulumi's SDK does: messages of another copy of gRPC or protobuf are foreign to it.
 * `scripts/bundle-plugin.mjs` rewrites calls of it, since a bundler follows `require` alone.
 */
import { createRequire } from "node:module";

export const requireBesideSdk = createRequire(require.resolve("@pulumi/pulumi/package.json"));
