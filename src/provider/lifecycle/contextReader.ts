/** What is known of an object beside what its list or its own path shows: its sub-resources, and the bytes it stands for. */
import { createHash } from "node:crypto";
import { type Client, PermissionError } from "../../bitbucket";
import type { LiveObject, Properties } from "../../kinds/kind";
import { toCanonicalUuid } from "../../kinds/uuid";
import type { LiveReader } from "../../live";
import { isSame, listManagedFields } from "../../model/values";
import type { WriteTarget } from "./target";

export class ContextReader {
  constructor(
    private readonly client: Client,
    private readonly live: LiveReader,
  ) {}

  /** @param state What the state holds. Left out, nothing is known of what was last written. */
  async read(wanted: WriteTarget, found: LiveObject, state?: Properties): Promise<Properties> {
    return {
      ...(await this.readSubResources(wanted, found.id)),
      ...(await this.readContents(wanted, found, state)),
    };
  }

  /** The values of the managed fields that live on endpoints of their own. */
  async readSubResources(wanted: WriteTarget, id: string): Promise<Properties> {
    const { kind, at, values } = wanted;
    const facets: Record<string, unknown> = {};
    for (const field of listManagedFields(kind, values)) {
      if (kind.subResources?.[field])
        facets[field] = await this.live.readSubResource(kind, at, toCanonicalUuid(id), field);
    }
    return facets;
  }

  /** All sub-resources of an object, without those that the credential may not read. */
  async readPermitted({ kind, at }: WriteTarget, id: string): Promise<Properties> {
    const facets: Record<string, unknown> = {};
    for (const field of Object.keys(kind.subResources ?? {})) {
      try {
        facets[field] = await this.live.readSubResource(kind, at, toCanonicalUuid(id), field);
      } catch (error) {
        if (!(error instanceof PermissionError)) throw error;
      }
    }
    return facets;
  }

  /**
   * The value of the field that stands for bytes, from the bytes themselves.
   *
   * @param state What the state holds. Left out, nothing is known of what was last written.
   */
  async readContents(
    { kind, at, values }: WriteTarget,
    found: LiveObject,
    state?: Properties,
  ): Promise<Properties> {
    const { contents } = kind;
    if (!contents || values[contents.field] === undefined) return {};
    if (state && contents.isAsWritten(found, state)) return {};
    const { body } = await this.client.open(contents.path(at, found.id));
    const hash = createHash("sha256");
    for await (const part of body) hash.update(part as Uint8Array);
    return { [contents.field]: contents.value(hash.digest("hex")) };
  }

  /**
   * The value of the field that stands for bytes, after a write. Where the bytes cannot be read, one that looks as it
   * did before counts as not written.
   */
  async readContentsAfter(
    wanted: WriteTarget,
    found: LiveObject,
    before: Properties = {},
  ): Promise<Properties> {
    const { kind, resolved } = wanted;
    const field = kind.contents?.field;
    if (field === undefined || resolved[field] === undefined) return {};
    if (isSame(kind, field, before[field], resolved[field])) return { [field]: resolved[field] };
    const isAsBefore = kind.contents?.isAsWritten(found, before) ?? false;
    return this.readContents(wanted, found).catch(() => ({
      [field]: (isAsBefore ? before : resolved)[field],
    }));
  }
}
