/** The keys of projects that are given by their UUIDs. */
import type { ReadClient } from "../bitbucket";
import { project } from "../kinds";
import type { LiveObject } from "../kinds/kind";
import { toCanonicalUuid } from "../kinds/uuid";
import { NoProjectError } from "./absence";
import type { Collections } from "./collections";
import { readItem } from "./item";
import { memoize } from "./remember";

export class ProjectKeys {
  /** By workspace and UUID, as the state has them. */
  readonly #known = new Map<string, string>();
  readonly #unlisted = new Map<string, Promise<LiveObject | undefined>>();

  constructor(
    private readonly client: ReadClient,
    private readonly collections: Collections,
  ) {}

  /** Notes the key that the state has for a project. */
  note(workspace: string, id: string, key: string): void {
    this.#known.set(`${workspace} ${id}`, key);
  }

  /**
   * The key of a project that is given by its key or, so that renaming the key does no harm, by its UUID.
   *
   * @throws {NoProjectError} where there is none that the credential sees.
   */
  async keyOf(workspace: string, keyOrUuid: string): Promise<string> {
    if (!keyOrUuid.startsWith("{")) return keyOrUuid;
    const at = { workspace };
    const id = toCanonicalUuid(keyOrUuid);
    const found =
      (await this.collections.of(project, at).all()).get(id) ??
      (await this.#unlistedProject(workspace, id)) ??
      (await (await this.collections.readAnew(project, at)).all()).get(id);
    if (!found) throw new NoProjectError(workspace, keyOrUuid);
    return String(found.args.key);
  }

  /** A project that the list lacks, by the key that the state has. */
  async #unlistedProject(workspace: string, id: string): Promise<LiveObject | undefined> {
    const name = `${workspace} ${id}`;
    const key = this.#known.get(name);
    if (key === undefined) return undefined;
    return memoize(this.#unlisted, name, () => readItem(this.client, project, { workspace }, id, { key }));
  }
}
