import * as pulumi from "@pulumi/pulumi";
import { environment } from "../environment";

/** The workspace of what names none: `bitbucket:workspace` of the stack's configuration, or `BITBUCKET_WORKSPACE`. */
export function defaultWorkspace(): string | undefined {
  return new pulumi.Config("bitbucket").get("workspace") ?? environment().BITBUCKET_WORKSPACE;
}
