/** The members of a workspace, to find users by what people call them. */
import { z } from "zod";
import { apiPath, type ReadClient } from "../bitbucket";
import { parseAs, UserError } from "../errors";
import { toCanonicalUuid } from "../kinds/uuid";

const member = z.object({
  user: z.object({
    uuid: z.string().transform(toCanonicalUuid),
    account_id: z.string().nullish(),
    nickname: z.string().nullish(),
    display_name: z.string().nullish(),
    email: z.string().nullish(),
  }),
});

type WorkspaceMember = z.output<typeof member>["user"];

/** A user who cannot be found, or of whom there are several. */
export class UnknownUserError extends UserError {
  constructor(
    readonly user: string,
    workspace: string,
    reason: string,
  ) {
    super(
      `The user "${user}" ${reason} among the members of the workspace ${workspace}. Use the account id or the UUID in ` +
        `braces. Only members can be found by nickname, and e-mail addresses require an administrator's credential.`,
    );
  }
}

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-workspaces/#api-workspaces-workspace-members-get */
export class Members {
  #listed: Promise<readonly WorkspaceMember[]> | undefined;
  readonly #byEmail = new Map<string, Promise<readonly WorkspaceMember[]>>();

  constructor(
    private readonly client: ReadClient,
    private readonly workspace: string,
  ) {}

  /** The UUID of the one member with this account id, nickname, display name or e-mail address. */
  async uuidOf(user: string): Promise<string> {
    const found = user.includes("@") ? await this.#withEmail(user) : await this.#findByName(user);
    const [first, second] = found;
    if (!first) throw new UnknownUserError(user, this.workspace, "was not found");
    if (second) throw new UnknownUserError(user, this.workspace, "matches several users");
    return first.uuid;
  }

  /** Names of the members, by their UUIDs. */
  async names(): Promise<ReadonlyMap<string, string>> {
    this.#listed ??= this.#read({});
    return new Map(
      (await this.#listed).flatMap(({ uuid, display_name, nickname }) => {
        const name = display_name ?? nickname;
        return name ? [[uuid, name] as const] : [];
      }),
    );
  }

  /** The UUIDs of all members, also of those without a name. */
  async uuids(): Promise<ReadonlySet<string>> {
    this.#listed ??= this.#read({});
    return new Set((await this.#listed).map(({ uuid }) => uuid));
  }

  async #findByName(name: string): Promise<readonly WorkspaceMember[]> {
    this.#listed ??= this.#read({});
    const users = await this.#listed;
    for (const field of ["account_id", "nickname", "display_name"] as const) {
      const found = users.filter((user) => user[field] === name);
      if (found.length > 0) return found;
    }
    return [];
  }

  #withEmail(email: string): Promise<readonly WorkspaceMember[]> {
    let found = this.#byEmail.get(email);
    if (!found) {
      found = this.#read({ q: `user.email IN ("${email.replace(/["\\]/g, "")}")` });
      this.#byEmail.set(email, found);
    }
    return found;
  }

  async #read(query: Record<string, string>): Promise<readonly WorkspaceMember[]> {
    const values = await this.client.list(apiPath`/workspaces/${this.workspace}/members`, {
      fields: "user.uuid,user.account_id,user.nickname,user.display_name",
      query,
    });
    // A list that changes while it is read may show somebody twice.
    const users = values.map((value) => parseAs(member, value, "A member of the workspace").user);
    return [...new Map(users.map((user) => [user.uuid, user])).values()];
  }
}
