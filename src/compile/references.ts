/**
 * The secrets of a program: its text refers to them. The engine gives the host the configuration's; the provider
 * looks up all others.
 */
import { isSecretReference, type SecretReference } from "../desired";
import { keptValue } from "../kinds/kept";
import type { CompiledReferences } from "../native/compiled";
import { literal, type ProgramNames, reference } from "./names";

type Looked = CompiledReferences["references"][number];

/** Sources whose values count as secret in any field. */
const hidden: ReadonlySet<string> = new Set(["fromEnv", "fromPass"]);

export class ReferenceIndex {
  /** Keys of the configuration, in the order of their names in the program. */
  readonly configKeys: string[] = [];
  readonly secrets: Looked[] = [];
  readonly texts: Looked[] = [];
  readonly #known = new Map<string, string>();

  constructor(private readonly names: ProgramNames) {}

  /**
   * Returns a value with expressions in the place of references.
   *
   * @param resolved The same value with references resolved: one that is not supplied yet stays as it is.
   */
  express(value: unknown, resolved: unknown): unknown {
    if (isSecretReference(value))
      return resolved === keptValue ? literal(keptValue) : this.#expressionFor(value);
    if (typeof value === "string") return literal(value);
    if (Array.isArray(value))
      return value.map((item, index) => this.express(item, (resolved as readonly unknown[])[index]));
    if (typeof value !== "object" || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).flatMap(([key, held]) =>
        held === undefined
          ? []
          : [[literal(key), this.express(held, (resolved as Readonly<Record<string, unknown>>)[key])]],
      ),
    );
  }

  #expressionFor(secret: SecretReference): string {
    const key = JSON.stringify([secret.source, secret.name, secret.folder]);
    const known = this.#known.get(key) ?? this.#add(secret);
    this.#known.set(key, known);
    return known;
  }

  #add({ source, name, folder, position }: SecretReference): string {
    if (source === "fromConfig") {
      this.configKeys.push(name);
      return reference(this.names.configOf(this.configKeys.length - 1));
    }
    const [list, variable] = hidden.has(source)
      ? [this.secrets, this.names.secrets]
      : [this.texts, this.names.texts];
    const { file, line, column, path } = position;
    list.push({ source, name, folder, position: { file, line, column, path } });
    return reference(`${variable}.values[${list.length - 1}]`);
  }
}
