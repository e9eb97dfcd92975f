/** What a measured command runs in: an emulator in a process of its own, and an environment without the user's. */
import { join } from "node:path";
import { startEmulator as startProgram } from "../src/cli/shared/emulator";
import { environment } from "../src/environment";
import type { Measurement } from "./measurements";

export interface BenchEmulator {
  readonly url: string;
  readonly email: string;
  readonly token: string;
  /** The requests since the last call, by method. */
  requests(): Promise<Measurement["requests"]>;
  stop(): void;
}

/** @param latency Milliseconds before each answer. */
export async function startEmulator(latency: number): Promise<BenchEmulator> {
  const { url, email, token, child } = await startProgram(["--latency", String(latency)]);
  const control = `${new URL(url).origin}/_emulator/requests`;
  return {
    url,
    email,
    token,
    async requests() {
      const made = (await (await fetch(control)).json()) as { method: string }[];
      await fetch(control, { method: "DELETE" });
      const count = (one: string) => made.filter(({ method }) => method === one).length;
      return { GET: count("GET"), POST: count("POST"), PUT: count("PUT"), DELETE: count("DELETE") };
    },
    stop: () => void child.kill(),
  };
}

export function isolatedEnvironment(folder: string, emulator?: BenchEmulator): NodeJS.ProcessEnv {
  return {
    PATH: environment().PATH,
    HOME: folder,
    NO_COLOR: "1",
    PULUMI_BACKEND_URL: `file://${join(folder, "state")}?metadata=skip`,
    PULUMI_CONFIG_PASSPHRASE: "bench",
    PULUMI_SKIP_UPDATE_CHECK: "true",
    ...(emulator
      ? { BITBUCKET_API_URL: emulator.url, BITBUCKET_EMAIL: emulator.email, BITBUCKET_TOKEN: emulator.token }
      : {}),
  };
}

/** The items of a list in an option. */
export function numbers(list: string): number[] {
  return list
    .split(",")
    .filter((text) => text.trim() !== "")
    .map(Number);
}
