/** The copy of gRPC that Pulumi's SDK itself uses. */
import { requireBesideSdk } from "./besideSdk";

export const grpc = requireBesideSdk("@grpc/grpc-js") as typeof import("@grpc/grpc-js");
