/** The credential of a provider where the state holds one, and the program may give another. */
import {
  AuthenticationError,
  apiPath,
  BitbucketError,
  type Client,
  missingScopes,
  PermissionError,
} from "../bitbucket";
import { pieceNames } from "../credentials/source";
import type { Provider } from "./provider";

const credentialNames: ReadonlySet<string> = new Set([...pieceNames, "profile"]);

/** Whether any of these arguments is about the credential. */
export function isCredentialAmong(names: readonly string[]): boolean {
  return names.some((name) => credentialNames.has(name));
}

/**
 * Sends one request as the arguments' account. In a preview all else is read as the account in the state, and an apply would put
 * arguments into the state that no later run could read it with.
 *
 * @throws {AuthenticationError} if Bitbucket does not accept the credential. Nothing else is judged here.
 */
export async function tryCredential(client: Client, workspace: string | undefined): Promise<void> {
  try {
    await client.get(workspace === undefined ? apiPath`/user` : apiPath`/workspaces/${workspace}`);
  } catch (error) {
    if (error instanceof AuthenticationError) throw error;
  } finally {
    await client.close();
  }
}

/** Whether another credential helps: this one is not accepted, or lacks a scope. */
function isAboutCredential(error: BitbucketError): boolean {
  if (error instanceof AuthenticationError) return true;
  return error instanceof PermissionError && missingScopes(error).length > 0;
}

/** Does work on a resource of the state; says of a credential that does not do how the program's own comes to be used. */
export async function explainHeldCredential<Result>(
  provider: Provider,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof BitbucketError && isAboutCredential(error) && provider.hasOwnCredential)
      error.message +=
        " The credential is the argument of this provider that the last apply has put into the state, with which Pulumi refreshes and " +
        'destroys. If the program gives another one by now, "pulumi refresh --run-program" stores that one, and destroying ' +
        "with --run-program uses it.";
    throw error;
  }
}
