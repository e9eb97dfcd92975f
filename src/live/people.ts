/** Users: the credential's own, and those that are named. */
import { z } from "zod";
import { PermissionError, type ReadClient } from "../bitbucket";
import { parseAs } from "../errors";
import { toCanonicalUuid } from "../kinds/uuid";
import { Members } from "./members";
import { memoize } from "./remember";

export class People {
  readonly #own = new Map<string, Promise<unknown>>();
  readonly #members = new Map<string, Members>();

  constructor(private readonly client: ReadClient) {}

  /** The UUID of the user to whom the credential belongs, or undefined for an access token, which belongs to none. */
  async currentUser(): Promise<string | undefined> {
    const body = await memoize(this.#own, "/user", async () => {
      try {
        return await this.client.get("/user");
      } catch (error) {
        if (error instanceof PermissionError) return undefined;
        throw error;
      }
    });
    return body === undefined
      ? undefined
      : toCanonicalUuid(parseAs(z.object({ uuid: z.string() }), body, "The response to GET /user").uuid);
  }

  /** The UUID of a user who is given by it, or by what the workspace's members show. See `Members`. */
  async uuidOf(workspace: string, user: string): Promise<string> {
    return toCanonicalUuid(user.startsWith("{") ? user : await this.#membersOf(workspace).uuidOf(user));
  }

  /** Names of the workspace's members, by their UUIDs. */
  memberNames(workspace: string): Promise<ReadonlyMap<string, string>> {
    return this.#membersOf(workspace).names();
  }

  /** The UUIDs of the workspace's members. */
  memberUuids(workspace: string): Promise<ReadonlySet<string>> {
    return this.#membersOf(workspace).uuids();
  }

  #membersOf(workspace: string): Members {
    let members = this.#members.get(workspace);
    if (!members) {
      members = new Members(this.client, workspace);
      this.#members.set(workspace, members);
    }
    return members;
  }
}
