/** The providers of both front ends, asked as an engine asks them. */
import type { Client } from "../../src/bitbucket";
import { type Kind, type Properties, secretFieldsOf } from "../../src/kinds/kind";
import { levelField, neededLevel } from "../../src/model/level";
import { providerKey, providerText } from "../../src/model/providerText";
import type { FrontEnd } from "../../src/model/typeToken";
import { withDefaults } from "../../src/model/values";
import { checkInputs } from "../../src/provider/compare";
import { dynamicProvider, pickOwn } from "../../src/provider/dynamic";
import { Session } from "../../src/provider/session";
import type { World } from "../kinds/support";
import { NativeRun } from "../native/support";

/** A resource as the engine keeps it. */
export interface KeptResource {
  id: string;
  inputs: Properties;
  outputs: Properties;
  secretInputs: ReadonlySet<string>;
  secretOutputs: ReadonlySet<string>;
}

/** What a program declares of a resource. */
interface Declared {
  readonly kind: Kind;
  readonly given: Properties;
  /** The fields that it marks as secret. */
  readonly marked: readonly string[];
}

interface CheckedResource {
  readonly inputs: Properties;
  readonly secrets: ReadonlySet<string>;
  readonly isRefused: boolean;
}

/** The provider of one run. */
export interface TestProvider {
  read(kind: Kind, held: KeptResource): Promise<KeptResource | undefined>;
  check(declared: Declared, former: Properties): Promise<CheckedResource>;
  diff(
    kind: Kind,
    held: KeptResource,
    inputs: Properties,
  ): Promise<{ readonly changes: boolean; readonly isReplaced: boolean }>;
  create(kind: Kind, checked: CheckedResource): Promise<KeptResource>;
  close(): void;
}

export async function startProvider(
  frontEnd: FrontEnd,
  world: World,
  env: Record<string, string>,
): Promise<TestProvider> {
  return frontEnd === "native" ? startNative(world.client, env) : startDynamic(world, env);
}

function startDynamic(world: World, env: Record<string, string>): TestProvider {
  const session = new Session({ env, client: world.client, say() {}, warn() {} });
  const provider = (kind: Kind) => {
    const { read, check, diff } = dynamicProvider(kind, session);
    if (!read || !check || !diff) throw new Error("a provider has these");
    return { read, check, diff };
  };
  const secretsOf = ({ kind, given, marked }: Declared) =>
    new Set([...marked, ...secretFieldsOf(kind, given).filter((field) => given[field] !== undefined)]);
  const withHost = (kind: Kind, values: Properties) => ({ ...values, [providerKey]: providerText(kind) });
  return {
    async read(kind, held) {
      const { id, inputs, props } = await provider(kind).read(held.id, { ...held.outputs });
      if (id === undefined) return undefined;
      return { ...held, id, inputs: withHost(kind, inputs ?? {}), outputs: withHost(kind, props ?? {}) };
    },
    async check(declared, former) {
      const { kind, given } = declared;
      const { inputs = {}, failures = [] } = await provider(kind).check({ ...former }, { ...given });
      const secrets = secretsOf(declared);
      return { inputs: withHost(kind, inputs), secrets, isRefused: failures.length > 0 };
    },
    async diff(kind, held, inputs) {
      const { changes = false, replaces = [] } = await provider(kind).diff(
        held.id,
        { ...held.outputs },
        { ...inputs },
      );
      return { changes, isReplaced: replaces.length > 0 };
    },
    async create(kind, { inputs, secrets }) {
      const { inputs: own } = checkInputs(kind, {}, pickOwn(inputs));
      const { id, outputs } = await world.run().lifecycle.create(kind, withDefaults(kind, own));
      const kept = { inputs, outputs: withHost(kind, outputs) };
      return { id, ...kept, secretInputs: secrets, secretOutputs: secrets };
    },
    close() {},
  };
}

async function startNative(client: Client, env: Record<string, string>): Promise<TestProvider> {
  const run = await NativeRun.start({ client, env, pause: async () => {} });
  run.provider.runsYaml = true;
  return {
    async read(kind, held) {
      const found = await run.read(kind, held);
      return found && { ...found, secretInputs: held.secretInputs, secretOutputs: found.secrets };
    },
    async check({ kind, given, marked }, former) {
      const level = neededLevel(kind, given);
      const news = { ...given, ...(level === undefined ? {} : { [levelField]: level }) };
      const { inputs, secrets, failures } = await run.check(kind, former, news, marked);
      return { inputs, secrets, isRefused: failures.length > 0 };
    },
    async diff(kind, held, inputs) {
      const response = await run.diff(kind, held, inputs);
      return {
        changes: response.getDiffsList().length > 0,
        isReplaced: response.getReplacesList().length > 0,
      };
    },
    async create(kind, { inputs, secrets }) {
      const { id, outputs, secrets: hidden } = await run.create(kind, inputs);
      return { id, inputs, outputs, secretInputs: secrets, secretOutputs: new Set([...hidden, ...secrets]) };
    },
    close: () => run.close(),
  };
}
