/** The native provider of a program that runs YAML. */
import * as pulumi from "@pulumi/pulumi";
import { providerInputs } from "../model/providerInputs";
import { type FrontEnd, nativePackage } from "../model/typeToken";
import { stackConfig } from "../programEnd/config";

class Native extends pulumi.ProviderResource {
  constructor(inputs: pulumi.Inputs) {
    super(nativePackage, nativePackage, inputs);
  }
}

/**
 * A provider with the settings below `bitbucket:`, which the engine passes to no other package. Undefined:
 * the engine's default one, with the settings below `bitbucket-cloud:` and in the environment.
 */
export function nativeProvider(): pulumi.ProviderResource | undefined {
  const former = new pulumi.Config("bitbucket");
  const inputs = providerInputs({
    isFormer: (name) => former.get(name) !== undefined,
    read: stackConfig,
    text: (value) => value,
    secret: (_, value) => pulumi.secret(value),
  });
  return inputs && new Native(inputs);
}

/**
 * The front end that manages the resources: `provider: native` in the stack's configuration, or the dynamic
 * one.
 *
 * @throws {pulumi.RunError} if it is neither.
 */
export function chosenFrontEnd(): FrontEnd {
  const chosen = stackConfig("provider") ?? "dynamic";
  if (chosen === "native" || chosen === "dynamic") return chosen;
  throw new pulumi.RunError(`${nativePackage}:provider is "${chosen}", and must be "native" or "dynamic".`);
}
