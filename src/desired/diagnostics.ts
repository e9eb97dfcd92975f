/** Problems in the desired state, each with its place, reported together. */
import { z } from "zod";
import { replaceUnprintable } from "../bitbucket/printable";
import { UserError } from "../errors";
import { formatCount } from "../errors/count";

export const positionSchema = z
  .strictObject({
    file: z.string().meta({ description: "Relative to the project, with slashes." }),
    line: z.int().min(0).meta({ description: "The first is 1. 0: the file as a whole." }),
    column: z.int().min(0).meta({ description: "The first is 1. 0: the file as a whole." }),
    path: z.string().meta({ description: "In the YAML: repositories.api.webhooks.ci.url. Empty: the top." }),
  })
  .meta({ description: "A place in the YAML." });

/** A place in a YAML file. */
export type Position = Readonly<z.output<typeof positionSchema>>;

/** A problem, or, as a warning, probably a mistake. */
export interface Diagnostic extends Position {
  readonly severity: "error" | "warning";
  readonly message: string;
  /** The suggested correction. */
  readonly suggestion?: string | undefined;
  /** Whether the message names the rule of delegation that it is about. */
  readonly namesRule?: true;
}

/** How many problems a message shows at most. */
const shown = 100;

/** The desired state cannot be used. `diagnostics` are its errors; `message` lists them with their places. */
export class DesiredStateError extends UserError {
  override readonly name: string = "DesiredStateError";

  /** @param frame What the list begins with, and ends with. */
  constructor(
    readonly diagnostics: readonly Diagnostic[],
    frame: { readonly heading?: string; readonly ending?: string } = {},
  ) {
    const count = diagnostics.length;
    const lines = diagnostics.slice(0, shown).map((diagnostic) => `  ${formatDiagnostic(diagnostic)}`);
    if (count > shown) lines.push(`  … and ${count - shown} more`);
    const heading =
      frame.heading ?? `The desired state has ${count === 1 ? "a problem" : formatCount(count, "problem")}:`;
    super([heading, ...lines, ...(frame.ending === undefined ? [] : [frame.ending])].join("\n"));
  }
}

/** One line: `stacks/acme.yaml:14:7 repositories.api.webhoks: unknown field "webhoks". Did you mean "webhooks"?` */
export function formatDiagnostic(diagnostic: Diagnostic): string {
  const { file, line, column, path, message, suggestion } = diagnostic;
  const place = line > 0 ? `${file}:${line}:${column}` : file;
  const end = suggestion === undefined ? "" : `. Did you mean "${suggestion}"?`;
  return toPrintable(`${place}${path ? ` ${path}` : ""}: ${message}${end}`);
}

/** Collects problems. The same problem at the same place counts once, however many objects it affects. */
export class Diagnostics {
  readonly #found = new Map<string, Diagnostic>();

  error(position: Position, message: string, suggestion?: string): void {
    this.#add({ ...place(position), severity: "error", message, suggestion });
  }

  /** Adds an error whose message names the rule of delegation that it is about. */
  errorOfRule(position: Position, message: string): void {
    this.#add({ ...place(position), severity: "error", message, suggestion: undefined, namesRule: true });
  }

  warn(position: Position, message: string): void {
    this.#add({ ...place(position), severity: "warning", message, suggestion: undefined });
  }

  /** Adds what another one has collected. */
  add(other: Diagnostics): void {
    for (const diagnostic of other.#found.values()) this.#add(diagnostic);
  }

  get errors(): Diagnostic[] {
    return this.#sort("error");
  }

  get warnings(): Diagnostic[] {
    return this.#sort("warning");
  }

  /** @throws {DesiredStateError} if there are errors. */
  throwIfAny(): void {
    const { errors } = this;
    if (errors.length > 0) throw new DesiredStateError(errors);
  }

  #add(diagnostic: Diagnostic): void {
    const { severity, file, line, column, path, message } = diagnostic;
    const key = JSON.stringify([severity, file, line, column, path, message]);
    if (!this.#found.has(key)) this.#found.set(key, diagnostic);
  }

  #sort(severity: Diagnostic["severity"]): Diagnostic[] {
    return [...this.#found.values()]
      .filter((diagnostic) => diagnostic.severity === severity)
      .sort((a, b) => compare(a.file, b.file) || a.line - b.line || a.column - b.column);
  }
}

/** The path of something below a place: `.name`, `["odd name"]` or `[2]`. */
export function joinPath(path: string, part: string | number): string {
  if (typeof part === "number") return `${path}[${part}]`;
  if (!/^[\p{L}\p{N}_-]+$/u.test(part)) return `${path}[${JSON.stringify(part)}]`;
  return path ? `${path}.${part}` : part;
}

/** Text that cannot move the cursor or turn the reading direction of a terminal. */
export function toPrintable(text: string): string {
  return replaceUnprintable(
    text,
    "",
    (character) => `\\u{${character.codePointAt(0)?.toString(16).padStart(4, "0")}}`,
  );
}

function place({ file, line, column, path }: Position): Position {
  return { file, line, column, path };
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
