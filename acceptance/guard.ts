/**
 * Decides which writes an acceptance run may send: only to live objects that it created. Anything it cannot
 * identify is refused.
 */
import type { ApiRequest } from "../src/bitbucket";
import type { Names } from "./names";

export class GuardError extends Error {
  constructor(request: Pick<ApiRequest, "method" | "path">, why: string) {
    super(
      `Refused to send ${request.method} ${request.path}: ${why}. Nothing was sent. This is a mistake in the acceptance suite.`,
    );
    this.name = "GuardError";
  }
}

/** A collection outside of this suite's own live objects, in which a run creates some. */
interface GuardedPlace {
  readonly collection: readonly string[];
  /** The fields of a body that carry the name. */
  readonly names: readonly string[];
  /** The fields of a response that identify the live object in a path. */
  readonly ids: readonly string[];
  /** Whether the item's path holds the name, so that it is created there. */
  readonly byName?: boolean;
}

function places(workspace: string, account: string | undefined): readonly GuardedPlace[] {
  return [
    { collection: ["repositories", workspace], names: ["name"], ids: ["uuid", "slug"], byName: true },
    { collection: ["workspaces", workspace, "projects"], names: ["key"], ids: ["uuid", "key"], byName: true },
    { collection: ["workspaces", workspace, "hooks"], names: ["url", "description"], ids: ["uuid"] },
    {
      collection: ["workspaces", workspace, "pipelines-config", "variables"],
      names: ["key"],
      ids: ["uuid"],
    },
    { collection: ["workspaces", workspace, "pipelines-config", "runners"], names: ["name"], ids: ["uuid"] },
    ...(account === undefined
      ? []
      : [
          { collection: ["users", account, "ssh-keys"], names: ["label"], ids: ["uuid"] },
          { collection: ["users", account, "gpg-keys"], names: ["name"], ids: ["fingerprint"] },
        ]),
  ];
}

export class Guard {
  readonly #owned = new Set<string>();
  readonly #places: readonly GuardedPlace[];

  /** @param account The UUID of the credential's own user, if it has one. */
  constructor(
    workspace: string,
    private readonly names: Names,
    account: string | undefined,
  ) {
    this.#places = places(workspace, account);
  }

  /** @throws {GuardError} for a write that could affect something that no acceptance run created. */
  check(request: ApiRequest): void {
    if (request.method === "GET") return;
    const segments = this.#segments(request);
    const place = this.#places.find(({ collection }) =>
      collection.every((part, index) => segments[index] === part),
    );
    if (!place) throw new GuardError(request, "no acceptance run writes there");
    const body = objectIn(request.body ?? request.form);
    const item = segments[place.collection.length];
    const isItem = segments.length === place.collection.length + 1;
    if (item === undefined) {
      if (request.method !== "POST") throw new GuardError(request, "it is for a whole collection");
      this.#named(request, place, body, true);
      return;
    }
    const isOwn = this.#owned.has(key(place, item)) || (place.byName === true && this.names.isOwn(item));
    if (!isOwn) throw new GuardError(request, "no acceptance run made that live object");
    if (isItem) this.#named(request, place, body, false);
    if (place.collection[0] !== "repositories") return;
    // A repository is created in a project, moved to one, and forked to a name.
    const project = objectIn(body.project).key;
    if ((isItem && request.method === "POST") || project !== undefined) {
      if (!this.names.isOwn(project)) throw new GuardError(request, "its project is not one of a run");
    }
    if (segments[place.collection.length + 1] === "forks") this.#named(request, place, body, true);
  }

  /** Learns the ids of a run's objects from the response to a read or a create. */
  learn(path: string, body: unknown): void {
    const segments = path.split("?")[0]?.split("/").slice(1).map(decode) ?? [];
    for (const place of this.#places) {
      const below = segments.length - place.collection.length;
      if (below < 0 || below > 1) continue;
      if (!place.collection.every((part, index) => segments[index] === part)) continue;
      const found = objectIn(body);
      const items = Array.isArray(found.values) ? found.values.map(objectIn) : [found];
      for (const item of items) {
        if (!this.#isNamed(place, item)) continue;
        for (const id of place.ids) if (typeof item[id] === "string") this.#owned.add(key(place, item[id]));
      }
    }
  }

  #isNamed(place: GuardedPlace, item: Readonly<Record<string, unknown>>): boolean {
    return place.names.every((name) => this.names.isOwn(item[name]));
  }

  #named(
    request: ApiRequest,
    place: GuardedPlace,
    body: Readonly<Record<string, unknown>>,
    needed: boolean,
  ): void {
    for (const name of place.names) {
      if (body[name] === undefined && !needed) continue;
      if (!this.names.isOwn(body[name]))
        throw new GuardError(request, `its ${name} would not tell that an acceptance run made it`);
    }
  }

  /** The decoded segments of a path that the URL parser leaves unchanged. */
  #segments(request: ApiRequest): readonly string[] {
    const { path } = request;
    if (new URL(`https://host.invalid${path}`).pathname !== path || /\/\/|\\/.test(path))
      throw new GuardError(request, "its path is not plain");
    return path.split("/").slice(1).map(decode);
  }
}

function key(place: GuardedPlace, id: string): string {
  return `${place.collection.join("/")} ${id}`;
}

function decode(segment: string): string {
  return decodeURIComponent(segment);
}

function objectIn(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
