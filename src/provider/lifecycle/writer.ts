/** Sends the writes of one object, and finds out what became of one whose answer was lost or whose effect is late. */
import { BitbucketError, type Client, ConflictError, NotFoundError, ValidationError } from "../../bitbucket";
import { isBug } from "../../errors";
import { identityOf, type LiveObject, type Properties, type WriteRequest } from "../../kinds/kind";
import { parseObject } from "../../kinds/parse";
import { type LiveReader, UnexpectedShapeError, UnprovenAbsenceError } from "../../live";
import { findDifferences } from "../../model/values";
import { GoneError } from "../errors";
import type { ContextReader } from "./contextReader";
import type { WriteTarget } from "./target";

/** Milliseconds before each look for an object that should be there. */
const lookWaits = [0, 500, 2000];

/** How often a create whose outcome was unknown, and that had no effect, is tried again. */
export const createAttempts = 4;

export class Writer {
  /** Objects as written, for which no answer was received. */
  readonly #assumed = new WeakSet<LiveObject>();

  constructor(
    private readonly client: Client,
    private readonly live: LiveReader,
    private readonly context: ContextReader,
    private readonly delay: (milliseconds: number) => Promise<unknown>,
  ) {}

  /** The object from the create's answer; or, where one was there already, that one. */
  async create(wanted: WriteTarget): Promise<{ found: LiveObject } | { existing: LiveObject }> {
    const { kind, at, resolved } = wanted;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return {
          found: await this.retryUntilVisible(this.live.isNew(at), () =>
            this.#send(wanted, kind.create(at, resolved as never)),
          ),
        };
      } catch (error) {
        const lost = isUnanswered(error);
        const clash = error instanceof ConflictError || error instanceof ValidationError;
        if (!lost && !clash) throw error;
        const existing = await this.#findObject(wanted);
        if (existing) return { existing };
        if (clash || attempt >= createAttempts) throw error;
      }
    }
  }

  /** A change whose answer was lost may have taken effect: then it is not made again. */
  async change(
    wanted: WriteTarget,
    id: string,
    request: WriteRequest,
    state: Properties,
  ): Promise<LiveObject> {
    const { kind, resolved } = wanted;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await this.#send(wanted, request);
      } catch (error) {
        // After a rename, a retry under the old name fails.
        const renamed = isRefusal(error) && identityOf(kind, state) !== identityOf(kind, resolved);
        if (!renamed && !(isUnanswered(error) && request.method === "POST")) throw error;
        const found = await this.#findObject(wanted);
        if (found?.id === id) {
          const args = { ...found.args, ...(await this.context.readContents(wanted, found)) };
          if (findDifferences(kind, resolved, { ...found, args }).length === 0) return found;
        }
        if (renamed || attempt >= createAttempts) throw error;
      }
    }
  }

  /** A parent created just before may not be visible yet. */
  async retryUntilVisible<Result>(isNew: boolean, send: () => Promise<Result>): Promise<Result> {
    for (const wait of isNew ? lookWaits.slice(1) : []) {
      try {
        return await send();
      } catch (error) {
        if (!(error instanceof NotFoundError)) throw error;
        await this.delay(wait);
      }
    }
    return send();
  }

  /** Whether the object is as it was written, because no answer showed it. */
  isAssumed(found: LiveObject): boolean {
    return this.#assumed.has(found);
  }

  /** A recent write may not be visible to the first read. */
  async #findObject({ kind, at, resolved }: WriteTarget): Promise<LiveObject | undefined> {
    for (const [index, wait] of lookWaits.entries()) {
      if (wait > 0) await this.delay(wait);
      try {
        const found = await this.live.findFresh(kind, at, resolved);
        if (found) return found;
      } catch (error) {
        // Its parent may have been created just before.
        if (!(error instanceof UnprovenAbsenceError) || index === lookWaits.length - 1) throw error;
      }
    }
    return undefined;
  }

  /** The object from a write's answer, or, where the answer has no body, from a read after it. */
  async #send(wanted: WriteTarget, request: WriteRequest): Promise<LiveObject> {
    const { kind, at, resolved } = wanted;
    try {
      const { body } = await this.client.send(request);
      if (typeof body === "object" && body !== null) return this.#parse(wanted, request, body);
      if (kind.afterCommit) {
        const assumed = kind.afterCommit(at, resolved);
        this.#assumed.add(assumed);
        return assumed;
      }
    } finally {
      this.live.recordWrite(kind, at, resolved);
    }
    const found = await this.#findObject(wanted);
    if (!found) throw new GoneError(kind, wanted.values);
    return found;
  }

  /** The object in a write's answer. What was written is there, so that the next run recognises it. */
  #parse({ kind, at, resolved }: WriteTarget, { method, path }: WriteRequest, body: unknown): LiveObject {
    try {
      return parseObject(kind, body, at, resolved);
    } catch (cause) {
      if (isBug(cause)) throw cause;
      throw new UnexpectedShapeError(kind, path, cause, method);
    }
  }
}

/** Whether it is not known if a write took effect. */
export function isUnanswered(error: unknown): boolean {
  return error instanceof BitbucketError && error.outcome === "unknown";
}

function isRefusal(error: unknown): boolean {
  return error instanceof ConflictError || error instanceof ValidationError || error instanceof NotFoundError;
}
