import { environment } from "../environment";
import { stackConfig } from "../programEnd/config";

/** The default workspace: `bitbucket:workspace` of the stack's configuration, or `BITBUCKET_WORKSPACE`. */
export function defaultWorkspace(): string | undefined {
  return stackConfig("workspace") ?? environment().BITBUCKET_WORKSPACE;
}
