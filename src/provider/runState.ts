/** The state of the stack that a run works on. Exporting it takes a second or more of a large stack. */
import type { HeldObject } from "../live";
import { describe } from "../model/describe";
import { complete } from "../model/values";
import type { Exported } from "../pulumi";
import { resourcesIn } from "../pulumi/state";

export class RunState {
  #exported: Promise<Exported> | undefined;

  constructor(private readonly exportNow: () => Promise<Exported>) {}

  /**
   * The state as it was when something in this run first asked for it. An attempt that failed is not kept: the next one
   * who asks tries again.
   */
  read(): Promise<Exported> {
    this.#exported ??= this.exportNow().then(
      (exported) => {
        if ("reason" in exported) this.#exported = undefined;
        return exported;
      },
      (error: unknown) => {
        this.#exported = undefined;
        throw error;
      },
    );
    return this.#exported;
  }

  /** The objects that it holds, or undefined where it cannot be read. */
  async objects(): Promise<readonly HeldObject[] | undefined> {
    const exported = await this.read();
    if ("reason" in exported) return undefined;
    try {
      return resourcesIn(exported.state).map(({ kind, id, outputs }) => {
        const values = complete(kind, outputs);
        return { kind, id, values, name: describe(kind, values) };
      });
    } catch {
      return undefined;
    }
  }
}
