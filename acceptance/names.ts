/**
 * The names of everything that an acceptance run creates. A name itself proves that a run created the object:
 * it begins with a token whose second half is a digest of its first half and of the UUID of the workspace's
 * marker project. Nobody writes such a name by hand, and a name from another workspace is not accepted.
 */
import { createHash, randomBytes } from "node:crypto";

/** The prefix of all tokens. Upper case in project keys and variable names. */
export const prefix = "bacacc";

const tokenForm = new RegExp(`^${prefix}([0-9a-f]{8})([0-9a-f]{8})(?![0-9a-z])`, "i");

export class Names {
  /** Names this run's live objects: `bacacc` and 16 hexadecimal digits. */
  readonly token: string;

  /** @param anchor The UUID of the marker project. */
  constructor(
    private readonly anchor: string,
    random = randomBytes(4).toString("hex"),
  ) {
    this.token = `${prefix}${random}${this.#digest(random)}`;
  }

  /** A repository's name, which is its slug as well; also a label, a display name or a description. */
  text(rest: string): string {
    return `${this.token}-${rest}`;
  }

  /** A project's key, or the name of a variable. */
  key(rest: string): string {
    return `${this.token}_${rest}`.toUpperCase();
  }

  /** A webhook's URL, on a host that Bitbucket can resolve and that does not respond. */
  url(rest: string): string {
    return `https://example.com/${this.token}-${rest}`;
  }

  /** Whether an acceptance run in this workspace, this one or an earlier one, gave this name. */
  isOwn(name: unknown): boolean {
    if (typeof name !== "string") return false;
    const match = tokenForm.exec(name.replace(/^https:\/\/example\.com\//, ""));
    return match?.[1] !== undefined && match[2]?.toLowerCase() === this.#digest(match[1].toLowerCase());
  }

  #digest(random: string): string {
    return createHash("sha256").update(`${this.anchor.toLowerCase()} ${random}`).digest("hex").slice(0, 8);
  }
}
