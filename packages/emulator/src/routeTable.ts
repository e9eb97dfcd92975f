/**
 * The routes by the segments of their paths. Fastify compiles each of its own, which takes longer than most tests: an
 * emulator has 250, and a test often one of its own.
 */
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

interface RouteNode {
  readonly literals: Map<string, RouteNode>;
  /** What follows any one segment. */
  any?: RouteNode;
  /** Routes that take the rest of the path, with slashes, by method. */
  readonly rest: Map<string, RouteEnding>;
  readonly here: Map<string, RouteEnding>;
}

interface RouteEnding {
  readonly route: ListedRoute;
  /** The names of the parameters, in their order. */
  readonly names: readonly string[];
}

const createRouteNode = (): RouteNode => ({ literals: new Map(), rest: new Map(), here: new Map() });

/** The parameters that may contain slashes, even unescaped: a file's path, and the name of a branch or a tag. */
const slashed = /\{path\}$|(?<=\/refs\/\w+\/)\{name\}$/;

const longestParameter = 2000;

export class RouteTable {
  readonly #root = createRouteNode();

  /** @param path As in the OpenAPI document, below the API's base. */
  add(method: string, path: string, route: ListedRoute): void {
    const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = ""]) => name);
    const segments = path.replace(slashed, "").split("/").slice(1);
    const takesRest = slashed.test(path);
    if (takesRest) segments.pop();
    let node = this.#root;
    for (const segment of segments) {
      let next = segment.startsWith("{") ? node.any : node.literals.get(segment);
      if (!next) {
        next = createRouteNode();
        if (segment.startsWith("{")) node.any = next;
        else node.literals.set(segment, next);
      }
      node = next;
    }
    (takesRest ? node.rest : node.here).set(method, { route, names });
  }

  /** @param url The request's, with its query. A slash at its end changes nothing. */
  find(method: string, url: string): FoundRoute | undefined {
    const path = url.replace(/[?#].*$/s, "").replace(/\/$/, "");
    const segments = path.split("/").slice(1).map(decodeURIComponent);
    const found = search(this.#root, method, segments, 0, []);
    if (!found) return undefined;
    const { ending, values } = found;
    return {
      route: ending.route,
      params: Object.fromEntries(ending.names.map((name, index) => [name, values[index] ?? ""])),
    };
  }
}

/** A literal segment is closer than a parameter, and that than the rest of a path. */
function search(
  node: RouteNode,
  method: string,
  segments: readonly string[],
  at: number,
  values: readonly string[],
): { readonly ending: RouteEnding; readonly values: readonly string[] } | undefined {
  const segment = segments[at];
  if (segment === undefined) {
    const ending = node.here.get(method);
    return ending && { ending, values };
  }
  const literal = node.literals.get(segment);
  const found = literal && search(literal, method, segments, at + 1, values);
  if (found) return found;
  if (node.any && segment.length <= longestParameter) {
    const further = search(node.any, method, segments, at + 1, [...values, segment]);
    if (further) return further;
  }
  const ending = node.rest.get(method);
  return ending && { ending, values: [...values, segments.slice(at).join("/")] };
}
