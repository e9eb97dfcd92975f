/**
 * The Pulumi stacks of a stack's shards: lists, creates and removes them, and reads and writes their state.
 */
import { existsSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { baseShard, readYaml } from "../desired";
import { environment } from "../environment";
import { formatShapeError, isShapeError, UserError } from "../errors";
import { failureText } from "../process/run";
import { runPulumi } from "./command";
import {
  type FileBackend,
  findFileBackend,
  listFileStacks,
  readFileState,
  writtenFolders,
} from "./fileBackend";
import { isLocked, lockedStack } from "./lock";
import { keptStateIn, listedStacks, shardOfStack } from "./shardStacks";
import {
  ChangedMeanwhileError,
  checkWritable,
  describeDamage,
  explainMissingFolder,
  explainStateFiles,
  isDamaged,
  LockedError,
} from "./stackErrors";
import {
  Deployment,
  dynamicManager,
  readEntries,
  readStateEntries,
  type StateEntry,
  type StateManager,
} from "./state";
import { keyInUrn } from "./urn";

/** A resource of this package in a shard's state, even if this version does not know its type. */
export interface ShardEntry {
  readonly urn: string;
  /** `Repository api`. */
  readonly key: string;
  readonly id: string;
  readonly parent?: string | undefined;
}

interface ShardState {
  readonly entries: readonly ShardEntry[];
  /** The resources of known types, with their last applied values. */
  readonly resources: readonly StateEntry[];
  /** All of it, parsed as JSON. Secrets in it stay encrypted. */
  readonly state: unknown;
}

const settings = z
  .object({ secretsprovider: z.string().optional(), config: z.record(z.string(), z.unknown()).nullish() })
  .nullish();

export class Stacks {
  /**
   * @param root The folder of Pulumi.yaml.
   * @param base The stack that is split.
   */
  constructor(
    private readonly root: string,
    readonly base: string,
    private readonly env: Readonly<Record<string, string>>,
    /** Provides the engine: called before a command of it, if there is one at all. */
    private readonly provide: () => Promise<unknown> = async () => {},
    /** Finds who manages what is added to an empty state: asked only for that. */
    private readonly manager: () => StateManager = () => dynamicManager,
  ) {}

  /** The name of a shard's Pulumi stack. */
  nameOf(shard: string): string {
    return shard === baseShard ? this.base : `${this.base}.${shard}`;
  }

  /** The shards that have a Pulumi stack, whether they are still declared or not. */
  async listExisting(): Promise<ReadonlySet<string>> {
    const shards = (await this.#list()).flatMap((name) => shardOfStack(this.root, this.base, name) ?? []);
    return new Set(shards);
  }

  async #list(): Promise<readonly string[]> {
    const files = this.#files();
    const listed = files && (await listFileStacks(files));
    if (listed) return listed;
    const printed = await this.run("stack", "ls", "--json").catch(explainMissingFolder);
    return listedStacks(printed);
  }

  #files(): FileBackend | undefined {
    return findFileBackend(this.root, { ...environment(), ...this.env });
  }

  /**
   * Checks that a new stack in a local folder has a passphrase, before anything else is done for it.
   *
   * @throws {UserError} if the stack does not exist and there is nothing to encrypt its secrets with.
   */
  async checkPassphrase(): Promise<void> {
    const { PULUMI_CONFIG_PASSPHRASE: text, PULUMI_CONFIG_PASSPHRASE_FILE: file } = {
      ...environment(),
      ...this.env,
    };
    if (text !== undefined || file || this.#settings(baseShard).secretsprovider) return;
    if (this.#files() === undefined || (await this.listExisting()).has(baseShard)) return;
    throw new UserError(
      `The stack ${this.base} does not exist yet, and there is no passphrase to encrypt its secrets with. Choose one, keep ` +
        "it, and set it: export PULUMI_CONFIG_PASSPHRASE=…",
    );
  }

  /** @throws {UserError} if the backend is a folder, and this user may not write to it. */
  checkWritable(): void {
    const files = this.#files();
    if (files) for (const folder of writtenFolders(files, this.base)) checkWritable(this.base, folder);
  }

  /**
   * Creates a shard's Pulumi stack, with the configuration and the secrets provider of the base.
   *
   * @throws {UserError} as `checkPassphrase`.
   */
  async create(shard: string): Promise<void> {
    const { secretsprovider, config } = this.#settings(baseShard);
    if (shard === baseShard) await this.checkPassphrase();
    const copied = shard !== baseShard && Object.keys(config ?? {}).length > 0;
    await this.run(
      "stack",
      "init",
      this.nameOf(shard),
      "--no-select",
      ...(shard !== baseShard && secretsprovider ? ["--secrets-provider", secretsprovider] : []),
      ...(copied ? ["--copy-config-from", this.base] : []),
    );
  }

  /** Copies the base's current configuration to the shards. */
  async copyConfig(shards: readonly string[]): Promise<void> {
    if (Object.keys(this.#settings(baseShard).config ?? {}).length === 0) return;
    const wanted = await this.configuration(baseShard);
    for (const shard of shards) {
      if (shard === baseShard) continue;
      const has = await this.configuration(shard);
      if ([...wanted].every(([key, value]) => has.get(key) === value)) continue;
      await this.run("config", "cp", "--stack", this.base, "--dest", this.nameOf(shard));
    }
  }

  /**
   * Removes a Pulumi stack that holds only what the engine itself puts into every stack.
   *
   * @returns False if it holds anything else and was left unchanged.
   */
  async removeEmpty(shard: string): Promise<boolean> {
    if (!(await this.deployment(shard)).isEmpty) return false;
    // Without force, the engine refuses because of its own two resources.
    await this.run("stack", "rm", "--yes", "--force", "--stack", this.nameOf(shard));
    return true;
  }

  /** Reads a shard's state. */
  async read(shard: string): Promise<ShardState> {
    const state = await this.readState(shard);
    const raw = this.#open(shard, () => readEntries(state));
    const entries = raw.flatMap(({ urn, id = "", parent }) => {
      const key = keyInUrn(urn);
      return key === undefined ? [] : [{ urn, key, id, parent }];
    });
    return { entries, resources: readStateEntries(state), state };
  }

  /** Stores a state that was read in a folder, for the program of a shard's engine. */
  keepState(shard: string, state: unknown, folder: string): void {
    writeFileSync(keptStateIn(folder, this.nameOf(shard)), JSON.stringify(state), { mode: 0o600 });
  }

  /** A shard's state, as JSON that is parsed: from its file if it has one, or as the engine exports it. */
  async readState(shard: string): Promise<unknown> {
    const files = this.#files();
    const state = files && (await readFileState(files, this.nameOf(shard)));
    if (state) return state;
    const text = await this.exportText(shard);
    return this.#open(shard, () => JSON.parse(text));
  }

  /** The whole state of a shard, for reading and editing. */
  async deployment(shard: string): Promise<Deployment> {
    return this.parse(shard, await this.exportText(shard));
  }

  /** A shard's state, as the engine exports it. Secrets in it stay encrypted. */
  exportText(shard: string): Promise<string> {
    return this.run("stack", "export", "--stack", this.nameOf(shard));
  }

  /** Parses an exported state, for reading and editing. */
  parse(shard: string, text: string): Deployment {
    const { project } = this;
    return this.#open(shard, () => new Deployment(text, { name: this.nameOf(shard), project }, this.manager));
  }

  /** @throws {UserError} that names the state which is damaged. */
  #open<Result>(shard: string, read: () => Result): Result {
    try {
      return read();
    } catch (error) {
      const isText = error instanceof SyntaxError;
      if (!isText && !isShapeError(error)) throw error;
      // What is no JSON is not quoted: nobody knows what it is.
      const why = isText ? "it is not JSON" : formatShapeError(error);
      throw new UserError(
        `${describeDamage(this.nameOf(shard))} What "pulumi stack export" prints: ${why}.`,
        {
          cause: error,
        },
      );
    }
  }

  /**
   * Replaces a shard's state, if it is still the one that was read. Nothing on the server changes.
   *
   * @throws {LockedError} if another run holds the stack's lock, or one that was killed has left it.
   * @throws {ChangedMeanwhileError} if another run has changed it since.
   */
  async replace(shard: string, state: Deployment): Promise<void> {
    if ((await this.exportText(shard)) !== state.text) throw new ChangedMeanwhileError(this.nameOf(shard));
    // Through a pipe: values that are not encrypted yet must not be in a file.
    await this.#feed(state.toText(), "stack", "import", "--stack", this.nameOf(shard));
  }

  /**
   * Moves resources from one shard's state to another's with Pulumi's own command. Nothing on the server
   * changes.
   */
  async move(from: string, to: string, urns: readonly string[]): Promise<void> {
    const between = ["--source", this.nameOf(from), "--dest", this.nameOf(to)];
    await this.run("state", "move", "--yes", ...between, ...urns);
  }

  /** Removes resources from a shard's state and leaves them on the server. */
  async forget(shard: string, urns: readonly string[]): Promise<void> {
    const options = ["--yes", "--force", "--target-dependents", "--stack", this.nameOf(shard)];
    for (const urn of urns) await this.run("state", "delete", urn, ...options);
  }

  /** Runs a command of the engine and returns its standard output. */
  run(...args: string[]): Promise<string> {
    return this.#feed(undefined, ...args);
  }

  async #feed(input: string | undefined, ...args: string[]): Promise<string> {
    await this.provide();
    const env = { ...environment(), ...this.env };
    const result = await runPulumi(args, { cwd: this.root, env, input });
    if (result.exitCode === 0) return result.stdout;
    const said = failureText(result).replace(/^error: /, "");
    const named = args.indexOf("--stack") + 1;
    const stack = named > 0 ? args[named] : undefined;
    const explained = explainStateFiles(said, { stack, root: this.root, env });
    if (explained !== undefined) throw new UserError(explained);
    const command = `pulumi ${args.slice(0, 2).join(" ")}${stack === undefined ? "" : ` of ${stack}`}`;
    throw isLocked(said)
      ? new LockedError(lockedStack(said) ?? this.base, said)
      : new UserError(`${command} failed: ${said}${isDamaged(said) ? `\n${describeDamage(stack)}` : ""}`);
  }

  /** The project's name in Pulumi.yaml. */
  get project(): string {
    return readYaml(z.object({ name: z.string() }), join(this.root, "Pulumi.yaml")).name;
  }

  /** A shard's configuration, secrets in plain text, by full keys: `bitbucket:token`. */
  async configuration(shard: string): Promise<ReadonlyMap<string, string>> {
    if (Object.keys(this.#settings(shard).config ?? {}).length === 0) return new Map();
    const text = await this.run("config", "--show-secrets", "--json", "--stack", this.nameOf(shard));
    const parsed = z.record(z.string(), z.object({ value: z.unknown() })).parse(JSON.parse(text));
    return new Map(
      Object.entries(parsed).map(([key, { value }]) => [
        key,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    );
  }

  #settings(shard: string): NonNullable<z.output<typeof settings>> {
    const file = join(this.root, `Pulumi.${this.nameOf(shard)}.yaml`);
    return (existsSync(file) ? readYaml(settings, file) : undefined) ?? {};
  }
}
