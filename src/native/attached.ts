/**
 * The providers of a process that a command has started before its engine, which attaches to it instead of starting its own:
 * https://www.pulumi.com/docs/iac/guides/building-extending/providers/debugging-providers/
 *
 * An engine then has this process where it would start one for each provider, and two more for the schema. Its providers
 * are told apart by their connections: each has one of its own, which begins with a handshake.
 */
import { UserError } from "../errors";
import { Provider } from "./provider";
import { callsOf, type FindHandlers, type Handlers } from "./service";

/** The plugin's argument with which it is started so. */
export const attachArgument = "--attach";

/** The calls with which a connection begins. */
const firstCalls: ReadonlySet<string> = new Set(["handshake", "attach"]);

interface Attached {
  readonly provider: Provider;
  readonly handlers: Handlers;
}

export class AttachedProviders {
  readonly #byConnection = new WeakMap<object, Attached>();
  readonly #configured = new Set<Attached>();

  /**
   * @param engineKnown Resolves when it is known which process the engine is: no provider gets its arguments before.
   * @param onConfigured Receives the address of an engine that has given one of its providers its arguments.
   */
  constructor(
    private readonly engineKnown: Promise<void>,
    private readonly onConfigured: (engine: string | undefined) => void,
  ) {}

  /**
   * Returns the handlers of the provider that a call is for.
   *
   * @throws {UserError} if a connection has taken the place of another one, and it is unknown of which.
   */
  readonly find: FindHandlers = (connection, call) => {
    const attached = this.#byConnection.get(connection) ?? this.#attach(call);
    this.#byConnection.set(connection, attached);
    if (call === "configure" && !this.#configured.has(attached)) {
      if (this.#configured.size === 0) this.onConfigured(attached.provider.engine);
      this.#configured.add(attached);
    }
    return attached.handlers;
  };

  #attach(call: string): Attached {
    const [only, ...others] = this.#configured;
    if (only === undefined || firstCalls.has(call)) {
      const provider = new Provider();
      const handlers = callsOf(provider);
      const { configure } = handlers;
      const once = this.engineKnown;
      return {
        provider,
        handlers: { ...handlers, configure: (given) => once.then(() => configure(given)) },
      };
    }
    if (others.length > 0)
      throw new UserError("The engine's connection to its provider was lost. Run the command again.");
    return only;
  }

  /** Those with which the engine works: the others were asked for the schema, or for nothing. */
  get configured(): readonly Provider[] {
    return [...this.#configured].map(({ provider }) => provider);
  }
}
