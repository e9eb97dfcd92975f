/** Answers of single paths, each requested once. */
import { NotFoundError, type ReadClient } from "../bitbucket";
import { memoize } from "./remember";

export class Answers {
  readonly #read = new Map<string, Promise<unknown>>();
  readonly #found = new Map<string, Promise<unknown>>();

  constructor(private readonly client: ReadClient) {}

  /** The body of the answer to a GET. */
  get(path: string): Promise<unknown> {
    return memoize(this.#read, path, () => this.client.get(path));
  }

  /** The same, or the error of a 404: that nothing is there is remembered as well. */
  find(path: string, accept?: "text"): Promise<unknown> {
    return memoize(this.#found, path, async () => {
      try {
        return await this.client.get(path, accept === undefined ? {} : { accept });
      } catch (error) {
        if (error instanceof NotFoundError) return error;
        throw error;
      }
    });
  }

  /** Forgets the answer of a path. */
  forget(path: string): void {
    this.#found.delete(path);
  }
}
