/**
 * The expressions of policies: CEL, the Common Expression Language (https://cel.dev), evaluated by Buf's package. It has
 * no loops but those over a list, no assignments, no access to anything but the variables, and regular expressions
 * that take linear time. The package is loaded where an expression is: most stacks have none.
 */
import { UserError } from "../../errors";
import { suggestWord } from "../../model/suggest";
import { runWithin, TimeLimitError } from "./limit";
import { Unknown, UnknownValueError } from "./unknown";

type Cel = typeof import("@bufbuild/cel");
type Ext = typeof import("@bufbuild/cel/ext");
type Tree = NonNullable<ReturnType<Cel["parse"]>["expr"]>;
type Input = import("@bufbuild/cel").CelInput;

/** What an expression can ask for. */
const expressionVariables = {
  resource: "The properties of the resource, by their names in YAML.",
  fields: "The names of the properties that are set.",
  name: "The name of the resource in the stack: api:ci. Of an unmanaged one, what names it in Bitbucket.",
  resourceType: "The resource type, as in `defaults`: branchRestriction.",
  repository: "The properties of the repository that it is, or is in. Null: it is in none.",
  project: "The key of the project that it is, or is in. Empty: it is in none.",
  workspace: "The workspace, as in its URL.",
} as const;
export type ExpressionVariables = Readonly<Record<keyof typeof expressionVariables, unknown>>;

/** Longer expressions are refused: they are programs. */
const maxLength = 4000;

/** Milliseconds that one evaluation may take. */
const patience = 2000;

/** An expression that cannot be used, with the place in it: lines and columns begin at 1. */
export class ExpressionError extends UserError {
  constructor(
    message: string,
    readonly suggestion?: string,
  ) {
    super(message);
  }
}

export interface CompiledExpression {
  readonly text: string;
  /**
   * @throws {UnknownValueError} if it depends on an unknown value.
   * @throws {ExpressionError} if it has no value, or one that is not true or false.
   */
  evaluate(variables: ExpressionVariables): boolean;
}

/** @throws {ExpressionError} if the text is no expression, or names what there is not. */
export function compileExpression(text: string): CompiledExpression {
  if (text.trim() === "") throw new ExpressionError("is empty");
  if (text.length > maxLength)
    throw new ExpressionError(`has more than ${maxLength.toLocaleString("en")} characters: use a file`);
  const { parse, plan, celEnv, isCelError } = require("@bufbuild/cel") as Cel;
  const { strings } = require("@bufbuild/cel/ext") as Ext;
  const parsed = tryParse(text, parse);
  const env = celEnv({ funcs: [...strings] });
  const names = new NameCheck(
    text,
    new Set([...env.funcs].map(({ name }) => name)),
    parsed.sourceInfo?.positions ?? {},
  );
  if (parsed.expr) names.check(parsed.expr, new Set());
  const run = plan(env, parsed) as (variables: Readonly<Record<string, Input>>) => unknown;
  return {
    text,
    evaluate(variables) {
      const input = Object.fromEntries(
        Object.entries(variables).flatMap(([name, value]) =>
          names.used.has(name) ? [[name, toCelInput(value)]] : [],
        ),
      );
      const result = tryRun(() => run(input));
      if (isCelError(result)) throw toError(result, variables);
      if (typeof result === "boolean") return result;
      throw new ExpressionError(`must be true or false, and is ${describe(result)}`);
    },
  };
}

function tryParse(text: string, parse: Cel["parse"]): ReturnType<Cel["parse"]> {
  try {
    return runWithin(patience, () => parse(text));
  } catch (error) {
    if (error instanceof TimeLimitError) throw new ExpressionError(error.message);
    const { location, message } = error as { location?: { start: Place }; message?: string };
    if (!location) throw new ExpressionError("is nested too deeply");
    const what = message?.match(/found (end of input|[\s\S]?) but expecting/)?.[1] ?? "";
    throw new ExpressionError(
      `${formatPlace(location.start)}: ${
        what === "end of input"
          ? "it ends where a value is expected"
          : `"${what}" is not expected. What begins there is not complete, or cannot follow what precedes it`
      }`,
    );
  }
}

interface Place {
  readonly line: number;
  readonly column: number;
}

function formatPlace({ line, column }: Place): string {
  return `line ${line}, column ${column}`;
}

function tryRun(run: () => unknown): unknown {
  try {
    return runWithin(patience, run);
  } catch (error) {
    if (error instanceof TimeLimitError) throw new ExpressionError(error.message);
    throw error;
  }
}

/** Names of types, which are values in CEL. */
const typeNames = new Set([
  ...["bool", "bytes", "double", "int", "uint", "list", "map", "null_type", "string", "type"],
]);

/** CEL says only in an evaluation that a name means nothing: a rule that selects nothing yet would hide it. */
class NameCheck {
  /** The variables that the expression asks for. */
  readonly used = new Set<string>();

  constructor(
    private readonly text: string,
    private readonly functions: ReadonlySet<string>,
    private readonly positions: Readonly<Record<string, number>>,
  ) {}

  check(tree: Tree, locals: ReadonlySet<string>): void {
    const { exprKind } = tree;
    switch (exprKind.case) {
      case "identExpr":
        this.#name(tree, exprKind.value.name, locals);
        break;
      case "selectExpr":
        this.#all([exprKind.value.operand], locals);
        break;
      case "callExpr":
        this.#all([exprKind.value.target, ...exprKind.value.args], locals);
        this.#function(tree, exprKind.value.function);
        break;
      case "listExpr":
        this.#all(exprKind.value.elements, locals);
        break;
      case "structExpr":
        for (const { keyKind, value } of exprKind.value.entries)
          this.#all([keyKind.case === "mapKey" ? keyKind.value : undefined, value], locals);
        break;
      case "comprehensionExpr": {
        const { accuInit, accuVar, iterRange, iterVar, iterVar2, loopCondition, loopStep, result } =
          exprKind.value;
        const inner = new Set([...locals, accuVar, iterVar, iterVar2]);
        this.#all([accuInit, iterRange], locals);
        this.#all([loopCondition, loopStep, result], inner);
        break;
      }
      default:
    }
  }

  #all(trees: readonly (Tree | undefined)[], locals: ReadonlySet<string>): void {
    for (const tree of trees) if (tree) this.check(tree, locals);
  }

  #name(tree: Tree, name: string, locals: ReadonlySet<string>): void {
    const own = name.replace(/^\./, "");
    if (locals.has(own) || typeNames.has(own)) return;
    if (Object.hasOwn(expressionVariables, own)) {
      this.used.add(own);
      return;
    }
    const variables = Object.keys(expressionVariables);
    throw new ExpressionError(
      `${this.#place(tree)}there is no variable "${own}": there are ${variables.join(", ")}`,
      suggestWord(own, variables),
    );
  }

  #function(tree: Tree, name: string): void {
    if (this.functions.has(name) || /[^A-Za-z]/.test(name)) return;
    throw new ExpressionError(
      `${this.#place(tree)}there is no function "${name}"`,
      suggestWord(
        name,
        [...this.functions].filter((one) => /^[A-Za-z]+$/.test(one)),
      ),
    );
  }

  #place({ id }: Tree): string {
    const offset = this.positions[String(id)];
    if (offset === undefined) return "";
    const before = this.text.slice(0, offset).split("\n");
    return `${formatPlace({ line: before.length, column: (before.at(-1)?.length ?? 0) + 1 })}: `;
  }
}

/** A map that does not give away what is unknown in it. */
class GuardedMap extends Map<string, Input> {
  constructor(
    entries: Iterable<readonly [string, Input]>,
    private readonly unknowns: ReadonlyMap<string, Unknown>,
  ) {
    super(entries);
  }

  override get(key: string): Input | undefined {
    this.#refuse(this.unknowns?.get(key));
    return super.get(key);
  }

  override entries(): MapIterator<[string, Input]> {
    this.#refuse([...(this.unknowns?.values() ?? [])][0]);
    return super.entries();
  }

  override forEach(each: (value: Input, key: string, map: Map<string, Input>) => void): void {
    for (const [key, value] of this.entries()) each(value, key, this);
  }

  override values(): MapIterator<Input> {
    this.#refuse([...(this.unknowns?.values() ?? [])][0]);
    return super.values();
  }

  #refuse(unknown: Unknown | undefined): void {
    if (unknown) throw new UnknownValueError(unknown);
  }
}

/** Values of JSON as CEL has them: whole numbers are `int`, objects are maps without a prototype. */
function toCelInput(value: unknown): Input {
  if (value instanceof Unknown) throw new UnknownValueError(value);
  if (typeof value === "number") return Number.isSafeInteger(value) ? BigInt(value) : value;
  if (Array.isArray(value)) return value.map(toCelInput);
  if (typeof value === "object" && value !== null) {
    const entries = Object.entries(value).filter(([, held]) => held !== undefined);
    return new GuardedMap(
      entries.map(([key, held]): [string, Input] => [key, held instanceof Unknown ? null : toCelInput(held)]),
      new Map(entries.flatMap(([key, held]) => (held instanceof Unknown ? [[key, held] as const] : []))),
    );
  }
  if (typeof value === "string" || typeof value === "boolean" || value === null) return value;
  return null;
}

function toError(error: Error, { resource }: ExpressionVariables): Error {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof UnknownValueError) return at;
    if (at instanceof TimeLimitError) return new ExpressionError(at.message);
  }
  const missing = /^field not found: (.*)$/.exec(error.message)?.[1];
  if (missing === undefined) return new ExpressionError(`cannot be evaluated: ${error.message}`);
  const names = typeof resource === "object" && resource !== null ? Object.keys(resource) : [];
  return new ExpressionError(
    `asks for the property "${missing}", which is not set here. Test that it is with has(), as in has(resource.${missing})`,
    suggestWord(missing, names),
  );
}

function describe(value: unknown): string {
  if (typeof value === "string") return "text";
  if (typeof value === "number" || typeof value === "bigint") return "a number";
  return value === null ? "null" : "a list, a map or a type";
}
