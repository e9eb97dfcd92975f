/** The provider that manages what is added to a state. */
import type { Properties } from "../../kinds/kind";
import type { FrontEnd } from "../../model/typeToken";

/** A provider resource, as a program declares it or the engine adds it by itself. */
export interface StateProvider {
  readonly name: string;
  /** Secrets among them in the form that a state gives them. */
  readonly inputs: Properties;
}

export interface StateManager {
  readonly frontEnd: FrontEnd;
  readonly provider: StateProvider;
}

/** The engine's default provider for dynamic resources, of a stack without configuration. */
export const dynamicManager: StateManager = {
  frontEnd: "dynamic",
  provider: { name: "default", inputs: {} },
};
