/** A marked workspace in an emulator, behind a proxy that can change its responses, and runs against it. */
import type { AcceptanceCase } from "../../acceptance/operations";
import { cases } from "../../acceptance/operations";
import { probes } from "../../acceptance/probes";
import { markWorkspace } from "../../acceptance/rehearsal";
import { type AcceptanceOptions, type RunResult, runAcceptance } from "../../acceptance/run";
import { type Client, createClient, Secret } from "../../src/bitbucket";
import { type Emulator, exampleTokens, startEmulator } from "../support/emulator";
import { type Spoiled, startSpoiling } from "./spoil";

export const casesOf = (...kinds: readonly string[]): readonly AcceptanceCase[] =>
  cases.filter(({ kind }) => kinds.includes(kind.name));

export const probesOf = (...ids: readonly string[]) => probes.filter(({ id }) => ids.includes(id));

export class MarkedWorld {
  private constructor(
    readonly emulator: Emulator,
    readonly client: Client,
    private readonly end: () => Promise<void>,
  ) {}

  static async start(
    spoil: (operation: string, answer: Spoiled) => void = () => {},
    token: "admin" | "workspace" = "admin",
  ): Promise<MarkedWorld> {
    const emulator = await startEmulator();
    await markWorkspace(emulator.url, "acme");
    const proxy = await startSpoiling(emulator.origin, spoil);
    const secret = new Secret(exampleTokens[token]);
    const client = createClient({
      credentials:
        token === "admin"
          ? { type: "api-token", email: exampleTokens.email, token: secret }
          : { type: "workspace", token: secret },
      baseUrl: proxy.url,
      random: () => 0,
    });
    return new MarkedWorld(emulator, client, async () => {
      await client.close();
      await proxy.close();
      await emulator.close();
    });
  }

  run(options: Partial<AcceptanceOptions> = {}): Promise<RunResult> {
    return runAcceptance({
      client: this.client,
      workspace: "acme",
      cases: [],
      probes: [],
      pause: async () => {},
      ...options,
    });
  }

  /** The objects of a run in the workspace. */
  own(): readonly string[] {
    const { state } = this.emulator;
    const acme = state.workspaces.get("acme");
    const all: readonly unknown[] = [
      ...(acme?.projects.keys() ?? []),
      ...(acme?.repositories.keys() ?? []),
      ...[...(acme?.hooks.values() ?? [])].map((hook) => hook.description),
      ...[...(acme?.variables.values() ?? [])].map((variable) => variable.key),
      ...[...(acme?.runners.values() ?? [])].map((runner) => runner.name),
      ...[...state.sshKeys.values()].flatMap((keys) => [...keys.values()].map((key) => key.label)),
      ...[...state.gpgKeys.values()].flatMap((keys) => [...keys.values()].map((key) => key.name)),
    ];
    return all.map(String).filter((name) => /^bacacc/i.test(name));
  }

  close(): Promise<void> {
    return this.end();
  }
}
