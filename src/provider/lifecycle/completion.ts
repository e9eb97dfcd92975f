/** What follows the first write of an object: its further writes, and the proof that everything was applied. */
import type { Client } from "../../bitbucket";
import { fieldMeta, type LiveObject, type Properties, type WriteRequest } from "../../kinds/kind";
import type { LiveReader } from "../../live";
import { mapSubResources, valuesInAnswer } from "../../model/facets";
import { findFieldsNotApplied, formatNotApplied, rememberNotApplied } from "../../model/notApplied";
import { outputsBeside, pickManaged, toOutputs } from "../../model/values";
import { HalfDoneError, NotAppliedError } from "../errors";
import { supersedeExplanation } from "../explain";
import type { ContextReader } from "./contextReader";
import type { LiveResult } from "./results";
import { readWorkspaceUuid, type WriteTarget } from "./target";
import type { Writer } from "./writer";

/** Milliseconds before each look whether a value that a write's answer does not show is there after all. */
const confirmWaits = [0, 500];

export class Completion {
  constructor(
    private readonly client: Client,
    private readonly live: LiveReader,
    private readonly context: ContextReader,
    private readonly writer: Writer,
    /** Shows a line to the user. */
    private readonly log: (line: string, severity?: "warning") => unknown,
    private readonly delay: (milliseconds: number) => Promise<unknown>,
  ) {}

  /** Makes the further writes; what fails there leaves an object that is kept in state and repaired by the next run. */
  async finish(wanted: WriteTarget, found: LiveObject, state: Properties | undefined): Promise<LiveResult> {
    const { kind, at, values, resolved } = wanted;
    const workspaceUuid = readWorkspaceUuid(wanted);
    const requests = kind.afterWrite?.(at, found.id, resolved as never, state) ?? [];
    const answers: { readonly request: WriteRequest; readonly body: unknown }[] = [];
    try {
      for (const request of requests) {
        const { body } = await this.writer.retryUntilVisible(state === undefined, () =>
          this.client.send(request),
        );
        answers.push({ request, body });
      }
    } catch (error) {
      const facets = mapSubResources(
        kind,
        values,
        (field, facet) => state?.[field] ?? facet.parse(undefined),
      );
      throw new HalfDoneError(
        kind,
        values,
        found.id,
        toOutputs(kind, values, found, { subResources: facets, resolved, workspaceUuid }),
        error,
      );
    } finally {
      this.live.recordWrite(kind, at, resolved, found.id);
    }
    const { after, ignored } = await this.#afterWrites(wanted, found, answers, state);
    const outputs = {
      ...toOutputs(kind, { ...outputsBeside(kind, state ?? {}), ...values }, after, {
        resolved,
        workspaceUuid,
      }),
      ...rememberNotApplied(kind, values, ignored),
    };
    const written = { id: found.id, outputs, live: after.args };
    if (ignored.length === 0) return written;
    supersedeExplanation(kind, found.id);
    if (ignored.some((field) => fieldMeta(kind, field).mustApply))
      throw new NotAppliedError(kind, values, found.id, outputs, ignored);
    await this.log(formatNotApplied(kind, values, ignored), "warning");
    return written;
  }

  /**
   * The object after all writes, with its facets, and the fields that were taken and not applied: those that neither the
   * answers nor a read after them show as they were written. Where it cannot be read, the answers alone count.
   */
  async #afterWrites(
    wanted: WriteTarget,
    found: LiveObject,
    answers: readonly { readonly request: WriteRequest; readonly body: unknown }[],
    state: Properties | undefined,
  ): Promise<{ after: LiveObject; ignored: readonly string[] }> {
    const { kind, resolved, values } = wanted;
    // Values that are not shown yet count as set, until a read says otherwise.
    let after: LiveObject = {
      ...found,
      args: {
        ...found.args,
        ...mapSubResources(kind, values, (field) => resolved[field]),
        ...(await this.context.readContentsAfter(wanted, found, state)),
      },
    };
    let untold = this.writer.isAssumed(found);
    for (const answer of answers) {
      const shown = valuesInAnswer(kind, wanted.at, wanted.resolved, answer);
      untold ||= shown === undefined;
      after = { ...after, args: { ...after.args, ...(shown ?? pickManaged(kind, resolved)) } };
    }
    let ignored = findFieldsNotApplied(kind, resolved, after);
    for (const wait of untold || ignored.length > 0 ? confirmWaits : []) {
      if (wait > 0) await this.delay(wait);
      const seen = await this.#readAgain(wanted, found.id);
      if (!seen) break;
      after = {
        ...after,
        ...seen,
        args: { ...after.args, ...seen.args, ...(await this.context.readContentsAfter(wanted, seen, state)) },
        outputs: { ...after.outputs, ...seen.outputs },
      };
      ignored = findFieldsNotApplied(kind, resolved, after);
      if (ignored.length === 0) break;
    }
    return { after, ignored };
  }

  /** The object with its facets, from a read that begins now; undefined where it cannot be read. */
  async #readAgain(wanted: WriteTarget, id: string): Promise<LiveObject | undefined> {
    const { kind, at, resolved } = wanted;
    this.live.recordWrite(kind, at, resolved, id);
    try {
      const seen = await this.live.readAgain(kind, at, id, resolved);
      return (
        seen && { ...seen, args: { ...seen.args, ...(await this.context.readSubResources(wanted, id)) } }
      );
    } catch {
      return undefined;
    }
  }
}
