/** A stack with a state of its own, and what an engine does with it, without an engine. */
import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DesiredResource, type DesiredStack, keyOf, loadStack, secretFields } from "../../src/desired";
import { type Kind, type Properties, secretFieldsOf } from "../../src/kinds/kind";
import { LiveReader, ReadRecorder } from "../../src/live";
import { providerKey, providerText } from "../../src/model/providerText";
import { secretMark } from "../../src/model/secrets";
import { toTypeToken } from "../../src/model/typeToken";
import { unknownValue } from "../../src/model/unknown";
import { withDefaults } from "../../src/model/values";
import { placesOf } from "../../src/plan";
import { DependencyIndex } from "../../src/plan/dependencies";
import {
  declareStack,
  findChangedKeys,
  type LookResult,
  type LookScope,
  lookAtShard,
  type ProgramContext,
} from "../../src/preview";
import { checkInputs } from "../../src/provider/compare";
import { dynamicProvider } from "../../src/provider/dynamic";
import { Session } from "../../src/provider/session";
import { type RawStateEntry, readStateEntries } from "../../src/pulumi/state";
import { childUrn, stackUrn } from "../../src/pulumi/urn";
import { World } from "../kinds/support";

const stackName = "acme";
const project = "bitbucket";
const root = stackUrn(stackName, project);
const passphrase = "passphrase-of-this-test";

/** The same for all: a key takes a third of a second. */
const salt = randomBytes(8);
const key = pbkdf2Sync(passphrase, salt, 1_000_000, 32, "sha256");

/** An entry of the state, with its secrets in plain text. */
interface HeldEntry {
  readonly urn: string;
  readonly kind: Kind;
  readonly name: string;
  readonly parent: string | undefined;
  readonly dependencies: readonly string[];
  readonly secrets: ReadonlySet<string>;
  readonly isProtected: boolean;
  id: string;
  inputs: Properties;
  outputs: Properties;
}

/** An operation on a resource: `update Webhook api:ci (active)`. */
export type Steps = readonly string[];

export class Sandbox {
  readonly folder = mkdtempSync(join(tmpdir(), "preview-"));
  entries: HeldEntry[] = [];
  env: Record<string, string> = { PULUMI_CONFIG_PASSPHRASE: passphrase, BITBUCKET_MISSING_IS_DELETED: "1" };

  private constructor(readonly world: World) {
    mkdirSync(join(this.folder, "stacks"));
  }

  static async start(): Promise<Sandbox> {
    return new Sandbox(await World.start());
  }

  close(): Promise<void> {
    return this.world.close();
  }

  /** What a YAML changes against another one. */
  async changes(before: string, after: string): Promise<LookScope> {
    const former = await this.#load(before);
    return { changed: findChangedKeys({ stack: former, same: new Set() }, await this.#load(after)) };
  }

  async #load(yaml: string): Promise<DesiredStack> {
    const file = join(this.folder, "stacks", `${stackName}.yaml`);
    writeFileSync(file, yaml);
    return loadStack(file);
  }

  #context(live: LiveReader): ProgramContext {
    return {
      stackName,
      isPreview: true,
      env: this.env,
      settings: () => undefined,
      config: () => undefined,
      client: this.world.client,
      reads: this.world.client,
      live,
      log: { info() {}, warn() {} },
      note() {},
    };
  }

  #declare(stack: DesiredStack): ReturnType<typeof declareStack> {
    const place = { path: "", stack: stackName, shard: "" };
    const reading = Promise.resolve({ resources: readStateEntries(this.state) });
    const live = new LiveReader(this.world.client, { missingIsDeleted: true });
    return declareStack(stack, stack, place, reading, this.#context(live));
  }

  /** Creates everything that a YAML declares, as a first apply does. */
  async create(yaml: string): Promise<void> {
    const { desired, stack } = await this.#declare(await this.#load(yaml));
    const { lifecycle } = this.world.run();
    const made = new Map<DesiredResource, HeldEntry>();
    const needs = new DependencyIndex(desired);
    for (const { resource, kind, name, args } of desired) {
      const given = { ...placesOf(resource, stack.workspace, (owner) => made.get(owner)?.id), ...args };
      const { inputs, issues } = checkInputs(kind, {}, given);
      expect(issues).toEqual([]);
      const { id, outputs } = await lifecycle.create(kind, withDefaults(kind, inputs));
      const parent = resource.parent && made.get(resource.parent);
      const others = [...needs.dependenciesOf(resource), ...ownersOf(resource)];
      made.set(resource, {
        urn: childUrn(root, { type: toTypeToken(kind), name, parent: parent?.urn }),
        kind,
        name,
        parent: parent?.urn,
        dependencies: [...new Set(others.flatMap((other) => made.get(other)?.urn ?? []))].filter(
          (urn) => urn !== parent?.urn,
        ),
        secrets: new Set([...secretFieldsOf(kind, given), ...secretFields(resource.args)]),
        isProtected: kind.refuseDelete?.(args) !== undefined,
        id,
        inputs,
        outputs,
      });
    }
    this.entries = [...made.values()];
  }

  /** As `pulumi stack export` prints it. */
  get state() {
    const check = this.#encrypt("pulumi");
    return {
      version: 3,
      deployment: {
        secrets_providers: { type: "passphrase", state: { salt: `v1:${salt.toString("base64")}:${check}` } },
        resources: [
          { urn: root, custom: false, type: "pulumi:pulumi:Stack" },
          ...this.entries.map((one) => this.#raw(one)),
        ],
      },
    };
  }

  #raw(entry: HeldEntry): RawStateEntry {
    const { kind, urn, id, parent, secrets, dependencies, isProtected } = entry;
    const kept = (values: Properties) => ({
      [providerKey]: providerText(kind),
      ...Object.fromEntries(
        Object.entries(values).map(([field, value]) => [
          field,
          secrets.has(field) ? { ...secretMark, ciphertext: this.#encrypt(JSON.stringify(value)) } : value,
        ]),
      ),
    });
    return {
      urn,
      custom: true,
      id,
      type: toTypeToken(kind),
      inputs: kept(entry.inputs),
      outputs: kept(entry.outputs),
      parent: parent ?? root,
      ...(dependencies.length > 0 ? { dependencies: [...dependencies] } : {}),
      ...(isProtected ? { protect: true } : {}),
    };
  }

  #encrypt(text: string): string {
    const nonce = randomBytes(12);
    const cipher = createCipheriv("aes-256-gcm", key, nonce);
    const sealed = Buffer.concat([cipher.update(text, "utf8"), cipher.final(), cipher.getAuthTag()]);
    return `v1:${nonce.toString("base64")}:${sealed.toString("base64")}`;
  }

  /** A preview without the engine. */
  async look(
    yaml: string,
    { state = this.state as unknown, scope = undefined as LookScope | undefined, isPreview = true } = {},
  ): Promise<LookResult> {
    const stack = await this.#load(yaml);
    const { client } = this.world;
    return lookAtShard({
      stack: stackName,
      project,
      whole: stack,
      part: stack,
      place: { path: "", stack: stackName, shard: "" },
      state,
      isPreview,
      env: this.env,
      settings: () => undefined,
      config: () => undefined,
      client,
      reads: new ReadRecorder(client),
      scope,
    });
  }

  /**
   * What an engine shows in a preview with refresh: it asks the provider as the engine does. Undefined: the provider
   * refuses something, or replaces it, and what follows is the engine's to say.
   */
  async preview(yaml: string): Promise<Steps | undefined> {
    const { desired, renames, stack } = await this.#declare(await this.#load(yaml));
    const session = new Session({ env: this.env, client: this.world.client, say() {}, warn() {} });
    const provider = (kind: Kind) => {
      const { read, check, diff } = dynamicProvider(kind, session);
      if (!read || !check || !diff) throw new Error("a provider has these");
      return { read, check, diff };
    };
    const there = new Map<
      string,
      { entry: HeldEntry; id: string; inputs: Properties; outputs: Properties }
    >();
    for (const entry of this.entries) {
      const { id, inputs, props } = await provider(entry.kind).read(entry.id, { ...entry.outputs });
      if (id !== undefined) there.set(entry.urn, { entry, id, inputs: inputs ?? {}, outputs: props ?? {} });
    }
    const steps: string[] = [];
    const ids = new Map<DesiredResource, string>();
    for (const { resource, kind, name, args } of desired) {
      const urn =
        renames.former.get(resource)?.urn ??
        this.entries.find((entry) => keyOf(entry) === keyOf(resource))?.urn ??
        "";
      const old = there.get(urn);
      there.delete(urn);
      const { check, diff } = provider(kind);
      const given = {
        ...placesOf(resource, stack.workspace, (owner) => ids.get(owner) ?? unknownValue),
        ...args,
      };
      const { inputs, failures } = await check({ ...old?.inputs }, given);
      if ((failures ?? []).length > 0) return undefined;
      if (!old) {
        steps.push(`create ${kind.name} ${name}`);
        continue;
      }
      const { changes, replaces = [] } = await diff(old.id, { ...old.outputs }, { ...inputs });
      if (replaces.length > 0) return undefined;
      ids.set(resource, old.id);
      const hidden = new Set([...secretFieldsOf(kind, given), ...secretFields(resource.args)]);
      const fields = changedInputs(mask(old.inputs, old.entry.secrets), mask(inputs ?? {}, hidden));
      if (changes) steps.push(`update ${kind.name} ${name} (${fields})`);
    }
    for (const { entry } of there.values()) {
      if (entry.isProtected) return undefined;
      steps.push(`delete ${entry.kind.name} ${entry.name}`);
    }
    return steps.sort();
  }
}

/** The outcome of a look in the same form. */
export function stepsOf({ outcome }: LookResult): Steps {
  return outcome.changes
    .map(({ operation, kind, name, fields }) =>
      operation === "update"
        ? `update ${kind} ${name} (${[...fields].sort().join(",")})`
        : `${operation === "adopt" ? "create" : operation} ${kind} ${name}`,
    )
    .sort();
}

/** The inputs that differ. A secret shows no difference: where nothing else differs, it is one of them. */
function changedInputs(before: Properties, after: Properties): string {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const differing = names.filter((field) => JSON.stringify(before[field]) !== JSON.stringify(after[field]));
  return (differing.length > 0 ? differing : names.filter((field) => after[field] === masked))
    .sort()
    .join(",");
}

const masked = "[secret]";

function mask(values: Properties, secrets: ReadonlySet<string>): Properties {
  return Object.fromEntries(
    Object.entries(values).map(([field, value]) => [field, secrets.has(field) ? masked : value]),
  );
}

function ownersOf(resource: DesiredResource): DesiredResource[] {
  const owners: DesiredResource[] = [];
  for (let owner = resource.parent; owner; owner = owner.parent) owners.push(owner);
  return owners;
}
