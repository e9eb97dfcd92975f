/**
 * The shared context of one provider's calls: its arguments, and the session that they open. What a session needs is
 * loaded with it.
 */
import { checkVariables, environment } from "../environment";
import type { ProviderConfig } from "../model/providerConfig";
import type { ConfigLookup } from "../provider/configLookup";
import type { ClientSettings } from "../provider/currentSettings";
import type { ErrorsOnce } from "../provider/errorsOnce";
import type { Session, SessionOptions } from "../provider/session";

/** Default: this process's environment, and standard output, which the engine shows. */
export type ProviderOptions = Pick<SessionOptions, "env" | "say" | "client" | "pause" | "run">;

export class Provider {
  readonly #env: NodeJS.ProcessEnv;
  readonly #options: ProviderOptions;
  #config: ProviderConfig = {};
  #reference: string | undefined;
  #session: Session | undefined;
  /** The engine's address. */
  engine: string | undefined;
  /** What was told of already. */
  errors: ErrorsOnce | undefined;
  /** The URNs of resources in the state that this run has looked at. */
  readonly existing = new Set<string>();
  /** The URNs of resources that the program has declared by now. */
  readonly declared = new Set<string>();
  /** Whether the program was compiled from YAML, which the dynamic provider can run as well. */
  runsYaml = false;

  constructor(options: ProviderOptions = {}) {
    this.#env = options.env ?? environment();
    this.#options = options;
  }

  /**
   * Stores the arguments. They are not used yet.
   *
   * @param reference The URN and the id of this provider in the state.
   */
  configure(config: ProviderConfig, reference?: { readonly urn: string; readonly id: string }): void {
    this.#config = config;
    this.#reference = reference && `${reference.urn}::${reference.id}`;
    this.#session = undefined;
  }

  /** Whether anything was asked of it that takes a session. */
  get isUsed(): boolean {
    return this.#session !== undefined;
  }

  /** The client, the reader and everything else that resources share, opened on first use. */
  get session(): Session {
    if (!this.#session) {
      const { Session } = require("../provider/session") as typeof import("../provider/session");
      const { warn } = require("../provider/warn") as typeof import("../provider/warn");
      this.#session = new Session({
        ...this.#options,
        env: environmentFor(this.#config, this.#env),
        warn: (line) => warn(line, { engine: this.engine }),
        provider: () => this.#reference,
        address: () => this.engine,
        errors: this.errors,
        fromStack: (settings) => (this.#isOfStack ? this.#settingsIn(settings) : undefined),
      });
      this.#session.configure(lookupIn(this.#config));
    }
    return this.#session;
  }

  /**
   * Checks the environment, the credential of these arguments and its destination without a request.
   *
   * @throws {SettingError} that says what to set.
   */
  requireCredential(config: ProviderConfig): void {
    if (this.#options.client) return;
    const { checkBaseUrl } = require("../bitbucket") as typeof import("../bitbucket");
    const { findCredentials } = require("../credentials") as typeof import("../credentials");
    const { toCredentialSources } =
      require("../provider/configLookup") as typeof import("../provider/configLookup");
    const env = environmentFor(config, this.#env);
    const lookup = lookupIn(config);
    checkVariables(env, lookup);
    const { api } = findCredentials(toCredentialSources(env, lookup));
    checkBaseUrl(api.text, api.from);
  }

  /** Whether its arguments are those of the stack's configuration: the default provider, and that of a program with YAML. */
  get #isOfStack(): boolean {
    const { parseUrn } = require("../pulumi/urn") as typeof import("../pulumi/urn");
    const { nativePackage } = require("../model/typeToken") as typeof import("../model/typeToken");
    return ["default", nativePackage].includes(parseUrn(this.#reference ?? "").name.split("::")[0] ?? "");
  }

  #settingsIn(settings: ReadonlyMap<string, string>): ClientSettings {
    const { configNames } = require("../model/providerConfig") as typeof import("../model/providerConfig");
    const { readSetting } = require("../provider/configLookup") as typeof import("../provider/configLookup");
    const config: ProviderConfig = Object.fromEntries(
      configNames.flatMap((name) => {
        const value = readSetting((key) => settings.get(key), name);
        return value === undefined ? [] : [[name, value]];
      }),
    );
    return { env: environmentFor(config, this.#env), config: lookupIn(config) };
  }

  /** Where a compiled program's references are looked up. */
  get environment(): NodeJS.ProcessEnv {
    return this.#env;
  }

  /** The default workspace of resources. */
  get workspace(): string | undefined {
    return this.#config.workspace ?? (this.#env.BITBUCKET_WORKSPACE || undefined);
  }
}

function environmentFor(config: ProviderConfig, env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return (require("./config") as typeof import("./config")).environmentBeside(config, env);
}

/** The arguments, in the form of a stack's configuration. */
function lookupIn(config: ProviderConfig): ConfigLookup {
  const { nativePackage } = require("../model/typeToken") as typeof import("../model/typeToken");
  const lookup = (key: string) => {
    const value = (config as Readonly<Record<string, unknown>>)[key.replace(/^bitbucket:/, "")];
    return value === undefined ? undefined : String(value);
  };
  return Object.assign(lookup, { namespace: nativePackage });
}
