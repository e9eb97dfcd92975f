/** The subset of the API's query language that filters lists. */
import { badRequest } from "./errors";

type Test = (item: unknown) => boolean;

const token = /\s*(\(|\)|,|!=|!~|>=|<=|=|~|>|<|"(?:[^"\\]|\\.)*"|[^\s(),=!~<>"]+)/y;

/** Returns the predicate of a query such as `name ~ "api" AND is_private = true`. */
export function parseQuery(text: string): Test {
  const tokens = tokenize(text);
  let position = 0;
  const peek = () => tokens[position]?.toUpperCase();
  const take = () => {
    const next = tokens[position];
    if (next === undefined) throw refuseQuery(text);
    position += 1;
    return next;
  };

  const parseOr = (): Test => {
    let left = parseAnd();
    while (peek() === "OR") {
      take();
      const [first, second] = [left, parseAnd()];
      left = (item) => first(item) || second(item);
    }
    return left;
  };
  const parseAnd = (): Test => {
    let left = parseOne();
    while (peek() === "AND") {
      take();
      const [first, second] = [left, parseOne()];
      left = (item) => first(item) && second(item);
    }
    return left;
  };
  const parseOne = (): Test => {
    if (peek() === "(") {
      take();
      const inner = parseOr();
      if (take() !== ")") throw refuseQuery(text);
      return inner;
    }
    const field = take();
    let operator = take().toUpperCase();
    if (operator === "NOT") operator = `NOT ${take().toUpperCase()}`;
    if (/^[(),=!~<>]/.test(field) || /^[(),=!~<>]/.test(peek() ?? "") !== operator.endsWith("IN"))
      throw refuseQuery(text);
    const wanted = operator.endsWith("IN") ? parseList() : literal(take());
    return (item) => compare(operator, valueAt(item, field), wanted, text);
  };
  const parseList = (): unknown[] => {
    if (take() !== "(") throw refuseQuery(text);
    const values: unknown[] = [];
    while (peek() !== ")") {
      const next = take();
      if (next !== ",") values.push(literal(next));
    }
    take();
    return values;
  };

  const test = parseOr();
  if (position < tokens.length) throw refuseQuery(text);
  return test;
}

function tokenize(text: string): string[] {
  const tokens: string[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < text.trimEnd().length) {
    const match = token.exec(text);
    if (!match?.[1]) throw refuseQuery(text);
    tokens.push(match[1]);
  }
  return tokens;
}

function literal(text: string): unknown {
  if (text.startsWith('"')) return text.slice(1, -1).replace(/\\(.)/g, "$1");
  if (text === "true" || text === "false") return text === "true";
  if (text === "null") return null;
  const number = Number(text);
  return Number.isNaN(number) ? text : number;
}

function compare(operator: string, value: unknown, wanted: unknown, text: string): boolean {
  const has = (part: unknown) =>
    String(value ?? "")
      .toLowerCase()
      .includes(String(part).toLowerCase());
  const order = () => {
    if (typeof value === "number" && typeof wanted === "number") return value - wanted;
    // A date without a time, or with another offset, is still a date.
    const [left, right] = [String(value ?? ""), String(wanted)];
    return isDate(left) && isDate(right) ? Date.parse(left) - Date.parse(right) : left.localeCompare(right);
  };
  switch (operator) {
    case "=":
      return value === wanted || (value === undefined && wanted === null);
    case "!=":
      return value !== wanted;
    case "~":
      return has(wanted);
    case "!~":
      return !has(wanted);
    case ">":
      return order() > 0;
    case ">=":
      return order() >= 0;
    case "<":
      return order() < 0;
    case "<=":
      return order() <= 0;
    case "IN":
      return (wanted as unknown[]).includes(value);
    case "NOT IN":
      return !(wanted as unknown[]).includes(value);
    default:
      throw refuseQuery(text);
  }
}

function isDate(text: string): boolean {
  return /^\d{4}-\d{2}-\d{2}/.test(text) && !Number.isNaN(Date.parse(text));
}

/** The value at a dotted path. */
export function valueAt(item: unknown, path: string): unknown {
  return path
    .split(".")
    .reduce<unknown>(
      (value, name) =>
        typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined,
      item,
    );
}

function refuseQuery(text: string) {
  return badRequest(`Invalid query: ${text}`);
}
