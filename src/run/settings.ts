/** The configuration of a run's shards, as far as one client serves them all. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { readYaml } from "../desired";
import type { ConfigLookup } from "../provider/configLookup";

export class ShardSettings {
  /** The names in the configuration files of Pulumi stacks. */
  readonly #names = new Map<string, readonly string[]>();

  /**
   * @param root The folder of Pulumi.yaml.
   * @param base The Pulumi stack with whose configuration the client was opened.
   */
  constructor(
    private readonly root: string,
    private readonly base: string,
    private readonly settings: (stack: string) => ConfigLookup,
  ) {}

  /** The configuration of a Pulumi stack; undefined where it is another one than that of the base. */
  of(stack: string): ConfigLookup | undefined {
    const base = this.settings(this.base);
    if (stack === this.base) return base;
    const own = this.settings(stack);
    const names = [this.base, stack].flatMap((name) => this.#namesIn(name));
    return names.every((key) => base(key) === own(key)) ? own : undefined;
  }

  #namesIn(stack: string): readonly string[] {
    const known = this.#names.get(stack) ?? readNames(join(this.root, `Pulumi.${stack}.yaml`));
    this.#names.set(stack, known);
    return known;
  }
}

const configured = z.looseObject({ config: z.record(z.string(), z.unknown()).nullish() }).nullish();

function readNames(file: string): readonly string[] {
  return existsSync(file) ? Object.keys(readYaml(configured, file)?.config ?? {}) : [];
}
