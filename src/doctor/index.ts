/** Examines what a run depends on, in the order in which it would fail. */
import { type Client, CredentialsError, identify, SettingError } from "../bitbucket";
import { checked, DestinationError, type Lookup } from "../credentials";
import type { DesiredStack } from "../desired";
import type { Purpose } from "../plan";
import { appPasswordFinding } from "./appPassword";
import { type Finding, note, ok, problem } from "./finding";
import { expiryFindings, identityFindings, refusalFinding } from "./identity";
import { type Machine, machineFindings } from "./machine";
import { budgetFinding, clockFinding, workspaceFinding } from "./reach";
import { scopeFindings } from "./scopes";

export { migrationSteps } from "./appPassword";
export type { Finding } from "./finding";
export { identityText } from "./identity";

export interface Examined {
  readonly machine: Machine;
  /** Where the credential was found. */
  readonly found: Lookup;
  /** Opens a connection with it. It reads alone. */
  readonly connect: () => Client;
  readonly stack?: (Pick<DesiredStack, "resources" | "workspace"> & { readonly name: string }) | undefined;
  /** The workspace, where no stack names it. */
  readonly workspace?: string | undefined;
  /** What has to be possible. */
  readonly purpose: Purpose;
  readonly now: () => number;
}

/** All findings, in order. It makes two or three requests, and changes nothing. */
export async function examine(examined: Examined): Promise<readonly Finding[]> {
  const { found } = examined;
  const findings = [...machineFindings(examined.machine), ...profileFindings(found)];
  const app = appPasswordFinding(found);
  if (app) return [...findings, app];
  const from = found.pieces.token?.from ?? found.pieces.oauthClientSecret?.from ?? "";
  try {
    const credentials = checked(found);
    findings.push(ok("credential", `There is one of the type ${credentials.type}, from ${from}`));
  } catch (error) {
    if (!(error instanceof CredentialsError)) throw error;
    return [
      ...findings,
      found.given.token && !(error instanceof DestinationError)
        ? await refusalFinding(found, undefined, error)
        : problem("credential", error.message),
    ];
  }
  return [...findings, ...(await online(examined))];
}

function profileFindings({ winner, profile }: Lookup): Finding[] {
  return [
    ...(profile ? [ok("profile", `The profile ${profile.name}, chosen by ${profile.chosenBy}`)] : []),
    ...(winner?.notes ?? []).map((text) => note("names", text)),
  ];
}

async function online({ found, connect, stack, workspace, purpose, now }: Examined): Promise<Finding[]> {
  let client: Client;
  try {
    client = connect();
  } catch (error) {
    if (error instanceof SettingError) return [problem("API", error.message)];
    throw error;
  }
  const { proxy } = client;
  const way = proxy
    ? [ok("proxy", `Requests go through the proxy ${proxy.shown}, which ${proxy.from} names`)]
    : [];
  try {
    const identity = await identify(client);
    const { credentials } = client;
    return [
      ...way,
      ok("API", `${client.baseUrl} answers`),
      ...identityFindings(identity, credentials),
      clockFinding(identity, now()),
      ...expiryFindings(
        credentials,
        found.winner?.source.name.includes("profile") ? found.profile?.expires : undefined,
        now(),
      ),
      await workspaceFinding(client, identity, stack?.workspace ?? workspace),
      ...(stack
        ? scopeFindings(stack, stack.name, identity, credentials.type, purpose)
        : [
            note(
              "scopes",
              scopesText(identity.scopes),
              "Name a stack to see whether they are enough: bitbucket-as-code doctor <stack>",
            ),
          ]),
      budgetFinding(client),
    ];
  } catch (error) {
    if (error instanceof Error) return [...way, await refusalFinding(found, client.credentials, error)];
    throw error;
  } finally {
    await client.close();
  }
}

function scopesText(scopes: readonly string[] | undefined): string {
  if (scopes === undefined) return "Bitbucket does not say which scopes it has";
  return scopes.length === 0 ? "It has no scopes" : `It has the scopes ${scopes.join(", ")}`;
}
