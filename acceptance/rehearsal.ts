/**
 * Performs the same run on an emulator in this process: it costs nothing, predicts the number of requests on
 * the service, and provides the responses to compare the service's with.
 */

import { type Emulator, exampleTokens, startEmulator } from "../packages/emulator/src";
import { type Credentials, createClient, Secret } from "../src/bitbucket";
import { type AcceptanceOptions, type RunResult, runAcceptance } from "./run";
import { marker } from "./workspace";

/** Performs the manual preparation of a workspace of the service. */
export async function markWorkspace(url: string, workspace: string): Promise<void> {
  const client = createClient({ credentials: administrator(), baseUrl: url });
  try {
    await client.send({
      method: "POST",
      path: `/workspaces/${workspace}/projects`,
      body: { ...marker, is_private: true },
    });
  } finally {
    await client.close();
  }
}

/** @param options The options of the run on the service. */
export async function rehearse(
  options: Pick<AcceptanceOptions, "cases" | "probes" | "member" | "group" | "control"> & {
    /** The credential of the run on the service: only its type counts. */
    readonly credentials: Pick<Credentials, "type">;
  },
): Promise<RunResult> {
  const emulator = await startEmulator({ requestsPerHour: 1_000_000 });
  const workspace = "acme";
  await markWorkspace(emulator.url, workspace);
  const { credentials, ...same } = options;
  const client = createClient({ credentials: likeThat(credentials), baseUrl: emulator.url, random: () => 0 });
  try {
    return await runAcceptance({
      ...same,
      client,
      workspace,
      member: options.member === undefined ? undefined : memberOf(emulator, workspace),
      group: options.group === undefined ? undefined : "developers",
      pause: async () => {},
    });
  } finally {
    await client.close();
    await emulator.close();
  }
}

function administrator(): Credentials {
  return { type: "api-token", email: exampleTokens.email, token: new Secret(exampleTokens.admin) };
}

/** A credential of the emulator with the permissions of this type. */
function likeThat({ type }: Pick<Credentials, "type">): Credentials {
  if (type === "api-token") return administrator();
  return { type: "workspace", token: new Secret(exampleTokens.workspace) };
}

/** A member who is not the administrator. */
function memberOf({ state }: Emulator, workspace: string): string | undefined {
  return [...(state.workspaces.get(workspace)?.members ?? [])].find(([, role]) => role !== "owner")?.[0];
}
