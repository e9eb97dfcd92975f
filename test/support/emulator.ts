/**
 * An emulator whose requests and responses are all checked against the description in test/openapi.
 */
import {
  type Emulator,
  type EmulatorOptions,
  startEmulator as startAlone,
} from "../../packages/emulator/src";
import { startProxy } from "./proxy";
import { tapServer } from "./tap";
import { expectNoViolations, observe } from "./violations";

export { type Emulator, type EmulatorOptions, exampleTokens } from "../../packages/emulator/src";

/** The same for an emulator that runs as a separate program: by a proxy in front of it. */
export function observed(origin: string): ReturnType<typeof startProxy> {
  return startProxy(origin, observe);
}

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startAlone(options);
  const untap = tapServer(emulator.origin, observe);
  return Object.create(emulator, {
    close: {
      value: async () => {
        await emulator.close();
        untap();
        expectNoViolations();
      },
    },
  });
}
