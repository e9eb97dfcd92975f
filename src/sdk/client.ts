/**
 * A client for requests of one's own, with the credential that resources have. Its types are published: they name
 * neither schemas nor this project's own types.
 */
import * as pulumi from "@pulumi/pulumi";
import type { Client } from "../bitbucket";
import { environment } from "../environment";
import { readingClient, stackSettings } from "../provider/program";
import { createClientFrom } from "../provider/session";

export interface BitbucketClientOptions {
  /** Whether every request but GET is refused. Default: `true` in a preview, and `false` otherwise. */
  readOnly?: boolean | undefined;
}

export interface BitbucketQuery {
  /** Parameters of the URL. */
  query?: { readonly [name: string]: string } | undefined;
}

export interface BitbucketListOptions extends BitbucketQuery {
  /** The fields of each item to ask for, separated by commas: `uuid,name`. Default: all. */
  fields?: string | undefined;
}

export interface BitbucketRequest extends BitbucketQuery {
  method: "GET" | "POST" | "PUT" | "DELETE";
  /** Relative to the API's base URL: `/repositories/acme/api/hooks`. Each part percent-encoded. */
  path: string;
  /** Sent as JSON. */
  body?: unknown;
}

export interface BitbucketResponse {
  readonly status: number;
  /** By their names in lower case. */
  readonly headers: { readonly [name: string]: string };
  /** Parsed, where it is JSON. */
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

  /** @throws {CredentialsError} where there is no credential, or it cannot be right. */
  constructor(options: BitbucketClientOptions = {}) {
    const readOnly = options.readOnly ?? pulumi.runtime.isDryRun();
    this.#client = readOnly ? readingClient() : createClientFrom(environment(), stackSettings());
  }

  /**
   * The parsed body of a GET.
   *
   * @throws {BitbucketError} for every answer that is no success.
   */
  get(path: string, options: BitbucketQuery = {}): Promise<unknown> {
    return this.#client.get(path, defined(options));
  }

  /** The body of a GET as text: a file of a repository. */
  async getText(path: string, options: BitbucketQuery = {}): Promise<string> {
    return String(await this.#client.get(path, { ...defined(options), accept: "text" }));
  }

  /**
   * All items of a paginated collection.
   *
   * @throws {IncompleteError} where Bitbucket does not return all of them.
   */
  async list(path: string, options: BitbucketListOptions = {}): Promise<unknown[]> {
    return [...(await this.#client.list(path, defined(options)))];
  }

  /**
   * Any request.
   *
   * @throws {BitbucketError} for every answer that is no success.
   */
  async send(request: BitbucketRequest): Promise<BitbucketResponse> {
    const { method, path, query, body } = request;
    if (method === "GET") return this.#client.fetch(path, defined({ query }));
    return this.#client.send({ method, path, ...defined({ query, body }) });
  }

  /** Closes the connections: without it, a program ends some seconds later. */
  close(): Promise<void> {
    return this.#client.close();
  }
}

type Defined<Options> = { [Name in keyof Options]?: Exclude<Options[Name], undefined> };

/** The options without those that are undefined. */
function defined<Options extends object>(options: Options): Defined<Options> {
  return Object.fromEntries(
    Object.entries(options).filter(([, value]) => value !== undefined),
  ) as Defined<Options>;
}
