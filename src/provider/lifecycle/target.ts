/** What a write is about: where the object is, and its desired values as a user wrote them and as requests need them. */
import { UserError } from "../../errors";
import { keptValue } from "../../kinds/kept";
import type { Kind, Location, Properties } from "../../kinds/kind";
import { userFieldsOf } from "../../kinds/parse";
import { type LiveReader, NoProjectError, type WorkspaceHome } from "../../live";
import { toLocation } from "../../model/location";
import { RefusedError } from "../errors";

/** The desired values of one object. */
export interface WriteTarget {
  readonly kind: Kind;
  readonly at: Location;
  /** Undefined for what belongs to an account. */
  readonly home: WorkspaceHome | undefined;
  /** As the user wrote it. */
  readonly values: Properties;
  /** The same, with users by their UUIDs: for requests and comparisons. */
  readonly resolved: Properties;
}

/** Finds the workspace, project and account of an object, and the users that its values name. */
export class TargetResolver {
  constructor(private readonly live: LiveReader) {}

  /** @param inState Whether the state holds the values. Otherwise they are what is asked for. */
  async resolve(kind: Kind, values: Properties, inState = false): Promise<WriteTarget> {
    const written = toLocation(kind, values);
    const home = kind.parents.includes("account")
      ? undefined
      : await this.live.workspaces.findHome({ ...written, uuid: values.workspaceUuid, inState });
    const workspace = home?.workspace ?? written.workspace;
    const at: Location = {
      ...written,
      workspace,
      ...(written.project ? { project: await this.live.projectKey(workspace, written.project) } : {}),
      ...(kind.parents.includes("account") ? { account: await this.#findAccount(kind) } : {}),
    };
    if (Object.values(values).includes(keptValue))
      throw new RefusedError(kind, values, "a secret that was not supplied cannot be written.");
    const plain: Record<string, unknown> = { ...values };
    for (const field of userFieldsOf(kind))
      if (field in values) plain[field] = await this.#resolveUsers(at.workspace, values[field]);
    return { kind, at, home, values, resolved: plain };
  }

  /** The target of what the state holds; undefined where the project that it belongs to is gone, and it with that. */
  async locate(kind: Kind, state: Properties): Promise<WriteTarget | undefined> {
    try {
      return await this.resolve(kind, state, true);
    } catch (error) {
      if (!(error instanceof NoProjectError)) throw error;
      await this.live.concludeProjectGone(error);
      return undefined;
    }
  }

  async #resolveUsers(workspace: string, value: unknown): Promise<unknown> {
    if (typeof value === "string") return this.live.people.uuidOf(workspace, value);
    if (!Array.isArray(value)) return value;
    const uuids = await Promise.all(value.map((user) => this.live.people.uuidOf(workspace, String(user))));
    return uuids.sort();
  }

  async #findAccount(kind: Kind): Promise<string> {
    const account = await this.live.people.currentUser();
    if (account) return account;
    throw new UserError(
      `A ${kind.title} belongs to a user, and this credential has none: use a user's API token.`,
    );
  }
}

/** What the state keeps of the workspace's UUID: a repository's own can do without, since its UUID is in the state. */
export function readWorkspaceUuid({ at, home }: WriteTarget): string | undefined {
  return at.repository === undefined ? home?.uuid : undefined;
}
