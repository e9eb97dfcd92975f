/** The state of the stack that a run works on. Exporting it takes a second or more of a large stack. */
import type { HeldObject } from "../live";
import { describeResource } from "../model/describe";
import { withDefaults } from "../model/values";
import type { ExportResult } from "../pulumi";
import { readStateEntries, type StateEntry } from "../pulumi/state";

export class RunState {
  #exported: Promise<ExportResult> | undefined;

  constructor(private readonly exportNow: () => Promise<ExportResult>) {}

  /**
   * The state as it was when something in this run first asked for it. An attempt that failed is not kept: the next one
   * who asks tries again.
   */
  read(): Promise<ExportResult> {
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

  /**
   * The objects that it holds, or undefined where it cannot be read.
   *
   * @param isCounted Whether a URN belongs to what this run looks at.
   */
  async objects(
    isCounted: (urn: string) => boolean = () => true,
  ): Promise<readonly HeldObject[] | undefined> {
    const exported = await this.read();
    if ("reason" in exported) return undefined;
    try {
      return readStateEntries(exported.state)
        .filter(({ urn }) => isCounted(urn))
        .map(toHeldObject);
    } catch {
      return undefined;
    }
  }
}

export function toHeldObject({ kind, id, outputs }: Pick<StateEntry, "kind" | "id" | "outputs">): HeldObject {
  const values = withDefaults(kind, outputs);
  return { kind, id, values, name: describeResource(kind, values) };
}
