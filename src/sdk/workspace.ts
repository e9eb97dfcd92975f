import * as pulumi from "@pulumi/pulumi";

/** The workspace of what names none: `bitbucket:workspace` of the stack's configuration, or `BITBUCKET_WORKSPACE`. */
export function defaultWorkspace(): string | undefined {
  return new pulumi.Config("bitbucket").get("workspace") ?? process.env.BITBUCKET_WORKSPACE;
}
