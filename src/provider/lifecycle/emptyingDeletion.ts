/**
 * Deletions that the service refuses while something is still in the object: what was in it counts for a while after its
 * own deletion, so they are tried again, and not for ever.
 */
import {
  type BitbucketError,
  type Client,
  ConflictError,
  PermissionError,
  ValidationError,
} from "../../bitbucket";
import { escapeUnprintable } from "../../bitbucket/printable";
import type { Kind, Location, Properties, WriteRequest } from "../../kinds/kind";
import { toCanonicalUuid } from "../../kinds/uuid";
import { RefusedError } from "../errors";

/** Milliseconds before each further attempt: 20 s in all. No figure of the service's is known. */
const waits: readonly number[] = [500, 1000, 2000, 3500, 5500, 7500];

/** More names are counted, not shown. */
const maxNames = 5;

/** The object to delete. */
interface DeletionTarget {
  readonly kind: Kind;
  readonly at: Location;
  readonly values: Properties;
  readonly resolved: Properties;
}

export class EmptyingDeletion {
  /** Ids of what this run has deleted, or moved elsewhere in place of that. */
  readonly #deleted = new Set<string>();

  constructor(
    private readonly client: Client,
    private readonly pause: (milliseconds: number) => Promise<unknown>,
  ) {}

  /**
   * Sends a deletion. One that is refused because something is still in the object is sent again where the service lists
   * nothing there but what this run has deleted.
   *
   * @throws {RefusedError} where something else is in it, or it stays refused: it names what prevents it.
   */
  async send(deleted: DeletionTarget, id: string, request: WriteRequest): Promise<void> {
    const { kind } = deleted;
    for (const wait of [...waits, undefined]) {
      try {
        await this.client.send(request);
        if (kind.parentRole) this.#deleted.add(id);
        return;
      } catch (error) {
        const { deletedEmpty } = kind;
        if (!deletedEmpty || !isRefusedAs(error, deletedEmpty.refusal)) throw error;
        const members = await this.#members(deleted);
        if (!members && (wait === undefined || this.#deleted.size === 0)) throw error;
        const others = (members ?? []).filter((member) => !this.#deleted.has(toCanonicalUuid(member.id)));
        if (wait === undefined || others.length > 0) {
          const names = (others.length > 0 ? others : (members ?? [])).map(({ name }) => name);
          throw new RefusedError(kind, deleted.values, formatBlockers(deletedEmpty.members, names, error));
        }
        await this.pause(wait);
      }
    }
  }

  /** What is in it; undefined where that cannot be read. */
  async #members({ kind, at, resolved }: DeletionTarget) {
    if (!kind.deletedEmpty) return undefined;
    const { path, fields, query } = kind.deletedEmpty.collection(at, resolved);
    try {
      const items = await this.client.list(path, {
        ...(fields ? { fields } : {}),
        ...(query ? { query } : {}),
      });
      return items.map(kind.deletedEmpty.parse);
    } catch {
      return undefined;
    }
  }
}

/** Whether the service says that something is still in it. */
function isRefusedAs(error: unknown, refusal: RegExp): error is BitbucketError {
  const refused =
    error instanceof PermissionError || error instanceof ValidationError || error instanceof ConflictError;
  return refused && refusal.test(error.apiMessage ?? "");
}

function formatBlockers(member: string, names: readonly string[], error: BitbucketError): string {
  const plural = `${member.replace(/y$/, "ie")}s`;
  const said =
    `Bitbucket refused its deletion (${error.method} ${error.path}): ${error.apiMessage ?? ""}`.replace(
      /[.\s]*$/,
      ".",
    );
  if (names.length === 0)
    return (
      `${said} It lists no ${member} there: Bitbucket may count deleted ones for a short time, or there are some that ` +
      `this credential cannot access. Run this again in a few minutes.`
    );
  const shown = names.slice(0, maxNames).map(escapeUnprintable).join(", ");
  const more = names.length > maxNames ? ` and ${names.length - maxNames} more` : "";
  return `${said} It contains the ${names.length === 1 ? member : plural} ${shown}${more}. Delete or move ${names.length === 1 ? "it" : "them"} first, and run this again.`;
}
