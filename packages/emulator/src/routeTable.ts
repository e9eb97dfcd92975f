/**
 * The routes by the segments of their paths, by Fastify's own router. Fastify itself compiles more for each route, which
 * takes longer than most tests: an emulator has 250, and a test often one of its own.
 */
import createRouter from "find-my-way";
import type { Handler } from "./server";

export interface ListedRoute {
  readonly handler: Handler;
  /** The operation whose scopes it requires. */
  readonly operation: string;
}

interface FoundRoute {
  readonly route: ListedRoute;
  readonly params: Readonly<Record<string, string>>;
}

/** What is stored with a route; the rest of the path is the value of `rest`. */
interface Stored {
  readonly route: ListedRoute;
  readonly rest: string | undefined;
}

/** The parameters that may contain slashes, even unescaped: a file's path, and the name of a branch or a tag. */
const slashed = /\{(path)\}$|(?<=\/refs\/\w+\/)\{(name)\}$/;

export class RouteTable {
  readonly #router = createRouter({ ignoreTrailingSlash: true, maxParamLength: 2000 });

  /** @param path As in the OpenAPI document, below the API's base. */
  add(method: string, path: string, route: ListedRoute): void {
    const [, file, ref] = slashed.exec(path) ?? [];
    const stored: Stored = { route, rest: file ?? ref };
    const pattern = path.replace(slashed, "*").replace(/\{(\w+)\}/g, ":$1");
    this.#router.on(method as "GET", pattern, () => {}, stored);
  }

  /** @param url The request's, with its query. A slash at its end changes nothing. */
  find(method: string, url: string): FoundRoute | undefined {
    const found = this.#router.find(method as "GET", url);
    if (!found) return undefined;
    const { route, rest } = found.store as Stored;
    const params = Object.entries(found.params).map(([name, value = ""]) => [
      name === "*" && rest !== undefined ? rest : name,
      value,
    ]);
    return { route, params: Object.fromEntries(params) };
  }
}
