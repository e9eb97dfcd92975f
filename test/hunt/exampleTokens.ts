/** The tokens of the emulator's example: apart from the other secrets, whose recording needs no emulator. */
import { exampleTokens } from "../../packages/emulator/src";
import { noteSecret } from "./secrets";

/** Emulators in separate processes accept them. */
export function noteExampleTokens(): void {
  for (const [name, value] of Object.entries(exampleTokens))
    if (name !== "email" && name !== "oauthClientId") noteSecret(`the emulator's token "${name}"`, value);
}
