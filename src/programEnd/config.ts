/** The stack's configuration, in the namespaces of both front ends. */
import * as pulumi from "@pulumi/pulumi";
import { nativePackage } from "../model/typeToken";

/** A value of `bitbucket-cloud:` or of `bitbucket:`, the namespace before there was a native provider. */
export function stackConfig(name: string): string | undefined {
  return new pulumi.Config(nativePackage).get(name) ?? new pulumi.Config("bitbucket").get(name);
}
