/** What a program takes from the stack that it is run for. */
import * as pulumi from "@pulumi/pulumi";
import type { Client } from "../bitbucket";
import { readOnlyEnvironment } from "../environment";
import { createClientFrom } from "./clientFrom";
import type { ConfigLookup } from "./configLookup";

/** The stack's configuration, by whole keys: `bitbucket:token`. */
export function stackSettings(): ConfigLookup {
  const config = new pulumi.Config("bitbucket");
  return (key) => config.get(key.replace(/^bitbucket:/, ""));
}

/** A client that writes nothing. It makes no request by itself. */
export function readingClient(): Client {
  return createClientFrom(readOnlyEnvironment(), stackSettings());
}
