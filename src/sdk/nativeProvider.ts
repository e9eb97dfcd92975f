/** The native provider of a program that runs YAML. */
import * as pulumi from "@pulumi/pulumi";
import { type FrontEnd, nativePackage } from "../model/typeToken";
import { stackConfig } from "../programEnd/config";

/** The provider's settings in the stack's configuration. */
const settings = [
  "workspace",
  "tokenType",
  "email",
  "username",
  "oauthClientId",
  "profile",
  "apiUrl",
] as const;
const numbers = ["concurrency", "requestsPerHour", "maxDeletions", "maxDeletionPercent"] as const;
const hidden = ["token", "oauthClientSecret"] as const;

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
  const names = [...settings, ...numbers, ...hidden, "adopt"];
  if (names.every((name) => former.get(name) === undefined)) return undefined;
  const inputs: Record<string, unknown> = {};
  for (const name of settings) inputs[name] = stackConfig(name);
  for (const name of numbers) inputs[name] = asNumber(stackConfig(name));
  for (const name of hidden) {
    const value = stackConfig(name);
    inputs[name] = value === undefined ? undefined : pulumi.secret(value);
  }
  const adopt = stackConfig("adopt");
  inputs.adopt = adopt === undefined ? undefined : adopt === "true" || adopt === "1";
  return new Native(inputs);
}

function asNumber(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
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
