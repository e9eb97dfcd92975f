/**
 * Checks whether all pages of a collection add up to the whole of it. Absence from a list that contradicts
 * itself proves nothing.
 */
import { z } from "zod";

const identified = z.object({
  uuid: z.string().optional(),
  id: z.union([z.string(), z.number()]).optional(),
  fingerprint: z.string().optional(),
  name: z.string().optional(),
  user: z.object({ uuid: z.string() }).optional(),
  group: z.object({ slug: z.string() }).optional(),
  repository: z.object({ uuid: z.string() }).optional(),
});

/** The identity of an item in its collection; undefined if it has none. */
function identityOfItem(item: unknown, uniqueBy?: "name"): string | undefined {
  const parsed = identified.safeParse(item);
  if (!parsed.success) return undefined;
  const { uuid, id, fingerprint, user, group, repository, name } = parsed.data;
  // A UUID in another case is the same UUID.
  if (uuid !== undefined) return uuid.toLowerCase();
  if (id !== undefined) return String(id);
  // An effective permission is of a user in a repository.
  if (user && repository) return `${user.uuid} ${repository.uuid}`.toLowerCase();
  return fingerprint ?? user?.uuid.toLowerCase() ?? group?.slug ?? (uniqueBy === "name" ? name : undefined);
}

/** One pass over a collection, from its first page to its last. */
export class ListingPass {
  readonly #identities = new Set<string>();
  readonly #unnamed = new Map<string, number>();
  readonly #sizes = new Set<number>();
  #distinct = 0;
  #overlaps = false;

  /** @param uniqueBy Identifies items that have neither a UUID nor an id. */
  constructor(private readonly uniqueBy?: "name") {}

  /** Adds a page and returns the items that no earlier page held, each with its identity in this pass. */
  add(values: readonly unknown[], size: number | undefined): { item: unknown; identity: string }[] {
    if (size !== undefined) this.#sizes.add(size);
    const onPage = new Set<string>();
    return values.flatMap((item) => {
      const name = identityOfItem(item, this.uniqueBy);
      const identity = name === undefined ? this.#nth(item) : `=${name}`;
      if (this.#identities.has(identity)) {
        this.#overlaps ||= !onPage.has(identity);
        return [];
      }
      onPage.add(identity);
      this.#identities.add(identity);
      this.#distinct += 1;
      return [{ item, identity }];
    });
  }

  /** Describes why this is not the whole collection; undefined if nothing contradicts. */
  get contradiction(): string | undefined {
    const [size, other] = this.#sizes;
    const gave = `gave ${this.#distinct}`;
    if (other !== undefined) return `the collection says ${[...this.#sizes].join(" and then ")} and ${gave}`;
    if (size !== undefined)
      return size === this.#distinct ? undefined : `the collection says ${size} and ${gave}`;
    // Without a size, only this shows that the pages were not cut from one list.
    return this.#overlaps ? `items of one page came again on another, and the collection ${gave}` : undefined;
  }

  /** Items without any identity count as often as they occur. */
  #nth(item: unknown): string {
    const text = JSON.stringify(item) ?? "";
    const times = (this.#unnamed.get(text) ?? 0) + 1;
    this.#unnamed.set(text, times);
    return `${times} ${text}`;
  }
}
