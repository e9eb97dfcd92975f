/** A stack with a state of its own, and what an engine does with it, without an engine. */
import { createCipheriv, pbkdf2Sync, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type DesiredResource, type DesiredStack, keyOf, loadStack, secretFields } from "../../src/desired";
import type { Kind, Properties } from "../../src/kinds/kind";
import { LiveReader, ReadRecorder } from "../../src/live";
import { secretMark } from "../../src/model/secrets";
import { type FrontEnd, tokenOf } from "../../src/model/typeToken";
import { unknownValue } from "../../src/model/unknown";
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
import { type RawStateEntry, readStateEntries } from "../../src/pulumi/state";
import { childUrn, stackUrn } from "../../src/pulumi/urn";
import { World } from "../kinds/support";
import { type Emulator, startEmulator } from "../support/emulator";
import { type KeptResource, startProvider, type TestProvider } from "./frontEnds";

const stackName = "acme";
const project = "bitbucket";
const root = stackUrn(stackName, project);
const passphrase = "passphrase-of-this-test";

/** The same for all: a key takes a third of a second. */
const salt = randomBytes(8);
const key = pbkdf2Sync(passphrase, salt, 1_000_000, 32, "sha256");

/** An entry of the state, with its secrets in plain text. */
interface HeldEntry extends KeptResource {
  readonly urn: string;
  readonly kind: Kind;
  readonly name: string;
  readonly parent: string | undefined;
  readonly dependencies: readonly string[];
  readonly isProtected: boolean;
}

/** The engine's default provider, of which each resource is. */
const nativeProvider = {
  urn: `urn:pulumi:${stackName}::${project}::pulumi:providers:bitbucket-cloud::default`,
  id: "4f0d0f3e-6c0e-4a53-9c06-5c1c5b9d9a10",
};

type Declaration = Awaited<ReturnType<typeof declareStack>>;

/** Emulators that no sandbox has: to start one takes longer than most cases. */
const idle: Emulator[] = [];
/** Hooks run in the order of their declaration: a test file's own, which may close a sandbox, run after this one. */
let isOver = false;
afterAll(async () => {
  isOver = true;
  await Promise.all(idle.splice(0).map((emulator) => emulator.close()));
});

/** An operation on a resource: `update Webhook api:ci (active)`. */
export type Steps = readonly string[];

export class Sandbox {
  readonly folder = mkdtempSync(join(tmpdir(), "preview-"));
  entries: HeldEntry[] = [];
  env: Record<string, string> = { PULUMI_CONFIG_PASSPHRASE: passphrase, BITBUCKET_MISSING_IS_DELETED: "1" };
  /** The stack's configuration. */
  config: Record<string, string> = {};

  private constructor(
    readonly world: World,
    readonly frontEnd: FrontEnd,
  ) {
    mkdirSync(join(this.folder, "stacks"));
  }

  /** @param frontEnd The native one: of a compiled program. */
  static async start(frontEnd: FrontEnd = "dynamic"): Promise<Sandbox> {
    return new Sandbox(World.around(idle.pop() ?? (await startEmulator())), frontEnd);
  }

  async close(): Promise<void> {
    await this.world.client.close();
    const { emulator } = this.world;
    if (isOver) return emulator.close();
    emulator.reset();
    emulator.clearFaults();
    emulator.requests.length = 0;
    idle.push(emulator);
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
      log: { info() {}, warn() {}, refuse() {} },
      note() {},
    };
  }

  #declare(stack: DesiredStack): ReturnType<typeof declareStack> {
    const place = { path: "", stack: stackName, shard: "" };
    const reading = Promise.resolve({ resources: readStateEntries(this.state) });
    const live = new LiveReader(this.world.client, { missingIsDeleted: true });
    return declareStack(stack, stack, place, reading, this.#context(live));
  }

  #provider(): Promise<TestProvider> {
    return startProvider(this.frontEnd, this.world, this.env);
  }

  /** Creates everything that a YAML declares, as a first apply does. */
  async create(yaml: string): Promise<void> {
    const { desired, stack } = await this.#declare(await this.#load(yaml));
    const provider = await this.#provider();
    const made = new Map<DesiredResource, HeldEntry>();
    const needs = new DependencyIndex(desired);
    for (const { resource, kind, name, args } of desired) {
      const given = { ...placesOf(resource, stack.workspace, (owner) => made.get(owner)?.id), ...args };
      const checked = await provider.check({ kind, given, marked: secretFields(resource.args) }, {});
      expect(checked.isRefused).toBe(false);
      const parent = resource.parent && made.get(resource.parent);
      const others = [...needs.dependenciesOf(resource), ...ownersOf(resource)];
      made.set(resource, {
        ...(await provider.create(kind, checked)),
        urn: childUrn(root, { type: tokenOf(kind, this.frontEnd), name, parent: parent?.urn }),
        kind,
        name,
        parent: parent?.urn,
        // Pulumi's YAML host names the parent once more.
        dependencies: [...new Set(others.flatMap((other) => made.get(other)?.urn ?? []))].filter(
          (urn) => this.frontEnd === "native" || urn !== parent?.urn,
        ),
        isProtected: kind.refuseDelete?.(args) !== undefined,
      });
    }
    provider.close();
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
          ...(this.frontEnd === "native"
            ? [{ ...nativeProvider, custom: true, type: "pulumi:providers:bitbucket-cloud" }]
            : []),
          ...this.entries.map((one) => this.#raw(one)),
        ],
      },
    };
  }

  #raw(entry: HeldEntry): RawStateEntry {
    const { kind, urn, id, parent, secretInputs, secretOutputs, dependencies, isProtected } = entry;
    const kept = (values: Properties, secrets: ReadonlySet<string>) =>
      Object.fromEntries(
        Object.entries(values).map(([field, value]) => [
          field,
          secrets.has(field) ? { ...secretMark, ciphertext: this.#encrypt(JSON.stringify(value)) } : value,
        ]),
      );
    return {
      urn,
      custom: true,
      id,
      type: tokenOf(kind, this.frontEnd),
      inputs: kept(entry.inputs, secretInputs),
      outputs: kept(entry.outputs, secretOutputs),
      parent: parent ?? root,
      ...(this.frontEnd === "native" ? { provider: `${nativeProvider.urn}::${nativeProvider.id}` } : {}),
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
      runtime: this.frontEnd === "native" ? "yaml" : "nodejs",
      settings: Object.assign((name: string) => this.config[name], { names: Object.keys(this.config) }),
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
    const provider = await this.#provider();
    try {
      return await this.#steps(provider, desired, renames, stack.workspace);
    } finally {
      provider.close();
    }
  }

  async #steps(
    provider: TestProvider,
    desired: Declaration["desired"],
    renames: Declaration["renames"],
    workspace: string,
  ): Promise<Steps | undefined> {
    const there = new Map<string, { readonly entry: HeldEntry; readonly now: KeptResource }>();
    for (const entry of this.entries) {
      const now = await provider.read(entry.kind, entry);
      if (now) there.set(entry.urn, { entry, now });
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
      const given = {
        ...placesOf(resource, workspace, (owner) => ids.get(owner) ?? unknownValue),
        ...args,
      };
      const declared = { kind, given, marked: secretFields(resource.args) };
      const { inputs, secrets, isRefused } = await provider.check(declared, { ...old?.now.inputs });
      if (isRefused) return undefined;
      if (!old) {
        steps.push(`create ${kind.name} ${name}`);
        continue;
      }
      const { changes, isReplaced } = await provider.diff(kind, old.now, inputs);
      if (isReplaced) return undefined;
      ids.set(resource, old.now.id);
      const fields = changedInputs(mask(old.now.inputs, old.entry.secretInputs), mask(inputs, secrets));
      if (changes) steps.push(`update ${kind.name} ${name} (${fields})`);
    }
    for (const { entry } of there.values()) {
      if (entry.isProtected) return undefined;
      steps.push(`delete ${entry.kind.name} ${entry.name}`);
    }
    return steps.sort();
  }
}

/** Why only the engine can tell what would change. */
export function reasonsOf({ undecided }: LookResult): readonly string[] {
  return undecided.map(({ text }) => text);
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
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (name) => !name.startsWith("__"),
  );
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
