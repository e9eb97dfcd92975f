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
  #hasStacks: boolean | undefined;
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

  /** Shows a line to the user; undefined: standard output does. */
  get say(): ProviderOptions["say"] {
    return this.#options.say;
  }

  /** The client, the reader and everything else that resources share, opened on first use. */
  get session(): Session {
    if (!this.#session) {
      const { Session } = require("../provider/session") as typeof import("../provider/session");
      const { warn } = require("../wire/tell") as typeof import("../wire/tell");
      const { env, config } = this.#settingsFor(this.#config);
      this.#session = new Session({
        ...this.#options,
        env,
        warn: (line) => warn(line, { engine: this.engine }),
        provider: () => this.#reference,
        address: () => this.engine,
        errors: this.errors,
        fromStack: (settings) => (this.#isOfStack() ? this.#settingsIn(settings) : undefined),
      });
      this.#session.configure(config);
    }
    return this.#session;
  }

  /**
   * Checks the environment, the credential of these arguments and its destination without a request.
   *
   * @param urn Of the provider.
   * @throws {SettingError} that says what to set.
   */
  requireCredential(config: ProviderConfig, urn: string): void {
    if (this.#options.client) return;
    const { checkBaseUrl } = require("../bitbucket") as typeof import("../bitbucket");
    const { findCredentials } = require("../credentials") as typeof import("../credentials");
    const { toCredentialSources } =
      require("../provider/configLookup") as typeof import("../provider/configLookup");
    const { env, config: lookup } = this.#settingsFor(config, urn);
    checkVariables(env, lookup);
    const { api } = findCredentials(toCredentialSources(env, lookup));
    checkBaseUrl(api.text, api.from);
  }

  /**
   * Asks Bitbucket whether it accepts the credential of these arguments.
   *
   * @param urn Of the provider.
   * @throws {AuthenticationError}
   */
  async tryCredential(config: ProviderConfig, urn: string): Promise<void> {
    if (this.#options.client) return;
    const { createClientFrom } = require("../provider/clientFrom") as typeof import("../provider/clientFrom");
    const { tryCredential } = require("./credential") as typeof import("./credential");
    const { env, config: lookup } = this.#settingsFor(config, urn);
    const workspace = config.workspace ?? (this.#env.BITBUCKET_WORKSPACE || undefined);
    await tryCredential(createClientFrom(env, lookup), workspace);
  }

  /** Whether its credential is among its arguments, which only the program knows. */
  get hasOwnCredential(): boolean {
    const { token, oauthClientSecret, profile } = this.#config;
    return (token ?? oauthClientSecret ?? profile) !== undefined && !this.#isOfStack();
  }

  /** Whether its arguments are those of the stack's configuration: the default provider, and that of a program with YAML. */
  #isOfStack(reference = this.#reference ?? ""): boolean {
    const { parseUrn } = require("../pulumi/urn") as typeof import("../pulumi/urn");
    const { nativePackage } = require("../model/typeToken") as typeof import("../model/typeToken");
    const [name = ""] = parseUrn(reference).name.split("::");
    // Pulumi adds the version and the address of the plugin that an SDK names: default_0_1_0_https_/example.com.
    return name === nativePackage || /^default(_|$)/.test(name);
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
    return this.#settingsFor(config);
  }

  /**
   * What a client is opened from. Of a project whose stacks are YAML, its arguments are the stack's configuration: they count
   * where every command of this package counts them, after the environment, so that all work as the same account. Those of
   * other programs replace the environment.
   */
  #settingsFor(config: ProviderConfig, reference?: string): ClientSettings {
    if (this.#isOfStack(reference) && this.#hasYaml())
      return { env: this.#env, config: lookupIn(config, "bitbucket") };
    const { environmentBeside } = require("./config") as typeof import("./config");
    const { nativePackage } = require("../model/typeToken") as typeof import("../model/typeToken");
    return { env: environmentBeside(config, this.#env), config: lookupIn(config, nativePackage) };
  }

  /** Whether the project has stacks of YAML. The engine runs providers in its folder. */
  #hasYaml(): boolean {
    if (this.#hasStacks === undefined) {
      const { listStackNames } = require("../desired/stackFiles") as typeof import("../desired/stackFiles");
      const { projectFolder } = require("../kinds/projectFolder") as typeof import("../kinds/projectFolder");
      this.#hasStacks = listStackNames(projectFolder()).length > 0;
    }
    return this.#hasStacks;
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

/**
 * The arguments, in the form of a stack's configuration.
 *
 * @param namespace What errors write before their names.
 */
function lookupIn(config: ProviderConfig, namespace: string): ConfigLookup {
  const lookup = (key: string) => {
    const value = (config as Readonly<Record<string, unknown>>)[key.replace(/^bitbucket:/, "")];
    return value === undefined ? undefined : String(value);
  };
  return Object.assign(lookup, { namespace });
}
