/** Objects of which each parent has one, at a path of its own. */
import { NotFoundError } from "../bitbucket";
import type { Kind, LiveObject, Location, Properties } from "../kinds/kind";
import { UnprovenAbsenceError } from "./absence";
import type { Answers } from "./answers";
import type { Parents } from "./parents";
import { parseAt, parseShape } from "./shape";

export class Singles {
  constructor(
    private readonly answers: Answers,
    private readonly parents: Parents,
  ) {}

  /** @param isProof Whether nothing is to be taken for gone before it was asked for twice. */
  async read(kind: Kind, at: Location, values: Properties, isProof = false): Promise<LiveObject | undefined> {
    if (!("single" in kind.source)) return undefined;
    const { accept, neverMissing, via: viaOf, single } = kind.source;
    const via = viaOf?.(at, values);
    const read = async (): Promise<{ readonly path: string; readonly body: unknown }> => {
      let path = single(at, values);
      if (via) {
        const body = await this.answers.find(via.path);
        if (body instanceof NotFoundError) return { path: via.path, body };
        path = parseShape(kind, via.path, body, via.pathFrom);
      }
      return { path, body: await this.answers.find(path, accept) };
    };
    let { path, body } = await read();
    if (body instanceof NotFoundError && isProof) {
      this.forget(kind, at, values);
      this.answers.forget(path);
      ({ path, body } = await read());
    }
    if (!(body instanceof NotFoundError)) return parseAt(kind, path, body, at, values);
    const parent = await this.parents.of(at);
    if (parent === undefined) throw body;
    if (parent.isThere && neverMissing) throw new UnprovenAbsenceError(kind, path, parent.name);
    return undefined;
  }

  /** Forgets what was read from the object's own path. */
  forget(kind: Kind, at: Location, values: Properties): void {
    if (!("single" in kind.source)) return;
    this.answers.forget(kind.source.single(at, values));
    const via = kind.source.via?.(at, values);
    if (via) this.answers.forget(via.path);
  }
}
