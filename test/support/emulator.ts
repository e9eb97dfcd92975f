/**
 * An emulator behind a proxy that checks all requests and responses against the description in test/openapi.
 */
import {
  type Emulator,
  type EmulatorOptions,
  startEmulator as startAlone,
} from "../../packages/emulator/src";
import { startProxy } from "./proxy";
import { expectNoViolations, observe } from "./violations";

export { type Emulator, type EmulatorOptions, exampleTokens } from "../../packages/emulator/src";

/** The same for an emulator that runs as a separate program. */
export function observed(origin: string): ReturnType<typeof startProxy> {
  return startProxy(origin, observe);
}

export async function startEmulator(options: EmulatorOptions = {}): Promise<Emulator> {
  const emulator = await startAlone(options);
  const { origin, close } = await observed(emulator.origin);
  return Object.create(emulator, {
    origin: { value: origin },
    url: { value: `${origin}/2.0` },
    close: {
      value: async () => {
        await close();
        await emulator.close();
        expectNoViolations();
      },
    },
  });
}
