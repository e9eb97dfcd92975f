/**
 * A client for custom requests, with the credential of the resources. Its types are published: they refer to
 * neither schemas nor this project's internal types.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Client } from "../bitbucket";
import { environment } from "../environment";
import { createClientFrom } from "../provider/clientFrom";
import { readingClient, stackSettings } from "../provider/program";

/** How a client behaves. */
export interface BitbucketClientOptions {
  /** Whether every request but GET is refused. Default: `true` in a preview, and `false` otherwise. */
  readOnly?: boolean | undefined;
}

/** Options of a GET. */
export interface BitbucketQuery {
  /** Parameters of the URL. */
  query?: { readonly [name: string]: string } | undefined;
}

/** Options of the GET of a collection. */
export interface BitbucketListOptions extends BitbucketQuery {
  /** The fields of each item to request, separated by commas: `uuid,name`. Default: all. */
  fields?: string | undefined;
}

/** A request. */
export interface BitbucketRequest extends BitbucketQuery {
  /** The method. Only `GET` is possible if the client is read-only. */
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Relative to the API's base URL: `/repositories/acme/api/hooks`. Each part percent-encoded. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
}

/** A response that is a success. */
export interface BitbucketResponse {
  /** The status: 2xx. */
  readonly status: number;
  /** The headers, by their names in lower case. */
  readonly headers: { readonly [name: string]: string };
  /** The body. JSON is parsed. */
  readonly body: unknown;
}

/**
 * Bitbucket's REST API, version 2.0, with retries, limits and errors as resources have them. The credential and the
 * address are those of the stack: environment variables, configuration, profile or keychain.
 *
 * @example
 * ```typescript
 * import { BitbucketClient } from "bitbucket-as-code";
 *
 * const client = new BitbucketClient({ readOnly: true });
 * const hooks = client.list("/repositories/acme/api/hooks", { fields: "uuid,url" });
 * export const count = hooks.then((found) => found.length);
 * hooks.then(() => client.close(), () => client.close());
 * ```
 */
export class BitbucketClient {
  readonly #client: Client;

  /** @throws {CredentialsError} if there is no credential, or it is invalid. */
  constructor(options: BitbucketClientOptions = {}) {
    const readOnly = options.readOnly ?? pulumi.runtime.isDryRun();
    this.#client = readOnly ? readingClient() : createClientFrom(environment(), stackSettings());
  }

  /**
   * Returns the parsed body of a GET.
   *
   * @throws {BitbucketError} for every response that is not a success.
   */
  get(path: string, options: BitbucketQuery = {}): Promise<unknown> {
    return this.#client.get(path, dropUndefined(options));
  }

  /** Returns the body of a GET as text: a file of a repository. */
  async getText(path: string, options: BitbucketQuery = {}): Promise<string> {
    return String(await this.#client.get(path, { ...dropUndefined(options), accept: "text" }));
  }

  /**
   * Returns all items of a paginated collection.
   *
   * @throws {IncompleteError} if Bitbucket does not return all of them.
   */
  async list(path: string, options: BitbucketListOptions = {}): Promise<unknown[]> {
    return [...(await this.#client.list(path, dropUndefined(options)))];
  }

  /**
   * Sends any request.
   *
   * @throws {BitbucketError} for every response that is not a success.
   */
  async send(request: BitbucketRequest): Promise<BitbucketResponse> {
    const { method, path, query, body } = request;
    if (method === "GET") return this.#client.fetch(path, dropUndefined({ query }));
    return this.#client.send({ method, path, ...dropUndefined({ query, body }) });
  }

  /** Closes the connections: without it, a program exits some seconds later. */
  close(): Promise<void> {
    return this.#client.close();
  }
}

type Defined<Options> = { [Name in keyof Options]?: Exclude<Options[Name], undefined> };

/** The options without undefined ones. */
function dropUndefined<Options extends object>(options: Options): Defined<Options> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Defined<Options>;
}
