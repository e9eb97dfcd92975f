/** Checks what a run depends on, in the order in which it would fail. */
import { type Client, CredentialsError, identifyCredential, SettingError } from "../bitbucket";
import { type CredentialLookup, DestinationError, requireCredentials } from "../credentials";
import type { DesiredStack } from "../desired";
import type { Purpose } from "../plan";
import { checkAppPassword } from "./appPassword";
import { type DoctorFinding, note, ok, problem } from "./finding";
import { checkExpiry, checkIdentity, checkRefusal } from "./identity";
import { checkMachine, type Machine } from "./machine";
import { checkPlugin, type PluginUse } from "./plugin";
import { checkBudget, checkClock, checkWorkspace } from "./reach";
import { checkScopes } from "./scopes";
import { checkSources, describeUse } from "./sources";

export type { DoctorFinding } from "./finding";
export { formatIdentity } from "./identity";

export interface DoctorInput {
  readonly machine: Machine;
  /** The project, where there is one, and whether its stack needs the native provider. */
  readonly plugin?: PluginUse | undefined;
  /** The lookup of the credential. */
  readonly found: CredentialLookup;
  /** Opens a connection with it. It only reads. */
  readonly connect: () => Client;
  readonly stack?: (Pick<DesiredStack, "resources" | "workspace"> & { readonly name: string }) | undefined;
  /** The workspace, if no stack names it. */
  readonly workspace?: string | undefined;
  /** The purpose to check. */
  readonly purpose: Purpose;
  readonly now: () => number;
}

/** Returns all findings, in order. Sends two or three requests, and changes nothing. */
export async function runChecks(examined: DoctorInput): Promise<readonly DoctorFinding[]> {
  const { found } = examined;
  const findings = [
    ...checkMachine(examined.machine),
    ...(examined.plugin ? checkPlugin(examined.plugin) : []),
    ...checkSources(found),
  ];
  const app = checkAppPassword(found);
  if (app) return [...findings, app];
  try {
    const credentials = requireCredentials(found);
    findings.push(describeUse(found, credentials));
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error;
    return [
      ...findings,
      found.given.token && !(error instanceof DestinationError)
        ? await checkRefusal(found, undefined, error)
        : problem("credential", error.message),
    ];
  }
  return [...findings, ...(await checkOnline(examined))];
}

async function checkOnline({
  found,
  connect,
  stack,
  workspace,
  purpose,
  now,
}: DoctorInput): Promise<DoctorFinding[]> {
  let client: Client;
  try {
    client = connect();
  } catch (error) {
    if (error instanceof SettingError) return [problem("API", error.message)];
    throw error;
  }
  const { proxy } = client;
  const way = proxy
    ? [ok("proxy", `Requests go through the proxy ${proxy.shown}, set in ${proxy.from}`)]
    : [];
  try {
    const identity = await identifyCredential(client);
    const { credentials } = client;
    return [
      ...way,
      ok("API", `${client.baseUrl} answers`),
      ...checkIdentity(identity, credentials),
      checkClock(identity, now()),
      ...checkExpiry(
        credentials,
        found.winner?.source.name.includes("profile") ? found.profile?.expires : undefined,
        now(),
      ),
      await checkWorkspace(client, identity, stack?.workspace ?? workspace),
      ...(stack
        ? checkScopes(stack, stack.name, identity, credentials.type, purpose)
        : [
            note(
              "scopes",
              scopesText(identity.scopes),
              "Pass a stack to check whether they are sufficient: npx bitbucket-as-code doctor <stack>",
            ),
          ]),
      checkBudget(client),
    ];
  } catch (error) {
    if (error instanceof Error) return [...way, await checkRefusal(found, client.credentials, error)];
    throw error;
  } finally {
    await client.close();
  }
}

function scopesText(scopes: readonly string[] | undefined): string {
  if (scopes === undefined) return "Bitbucket does not show its scopes";
  return scopes.length === 0 ? "It has no scopes" : `It has the scopes ${scopes.join(", ")}`;
}
