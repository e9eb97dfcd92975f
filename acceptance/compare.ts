/** Compares the emulator's responses with the service's. */
import { type AnswerShape, headersOf, type Shape, type Shapes } from "./shape";

/** The headers that a client may need. The others concern gateways. */
const meant =
  /^(location|content-type|retry-after|link|deprecation|sunset|www-authenticate|content-disposition|x-ratelimit-.*|x-(accepted-)?oauth-scopes|x-credential-type)$/;

export interface AnswerDifference {
  /** Method, path template and status of the answer that was compared. */
  readonly operation: string;
  readonly differences: readonly string[];
}

/**
 * Compares the responses to operations that both have received.
 *
 * @param told The service's responses.
 * @param emulated The emulator's responses to the same requests.
 */
export function compareShapes(told: Shapes, emulated: Shapes): readonly AnswerDifference[] {
  const found: AnswerDifference[] = [];
  for (const [key, answer] of Object.entries(told)) {
    const other = emulated[key];
    const differences = other ? answerDifferences(answer, other) : statusDifferences(key, told, emulated);
    if (differences.length > 0) found.push({ operation: key, differences });
  }
  return found;
}

/** Only one of them has a response with this status. */
function statusDifferences(key: string, told: Shapes, emulated: Shapes): readonly string[] {
  const [operation, status] = splitKey(key);
  const there = Object.keys(emulated)
    .map(splitKey)
    .filter(([name]) => name === operation)
    .map(([, code]) => code)
    // A response that both give at times is no contradiction.
    .filter((code) => told[`${operation} ${code}`] === undefined)
    .filter((code) => !isCredentials(status, code));
  return there.length > 0 ? [`status ${status} where the emulator answers ${there.join(" or ")}`] : [];
}

/** Limits of the credential or the plan, and temporary conditions, say nothing about the emulator. */
function isCredentials(told: string, emulated: string): boolean {
  return (/^(401|402|403)$/.test(told) && emulated < "300") || /^(429|5..)$/.test(told);
}

function splitKey(key: string): readonly [operation: string, status: string] {
  const at = key.lastIndexOf(" ");
  return [key.slice(0, at), key.slice(at + 1)];
}

function answerDifferences(told: AnswerShape, emulated: AnswerShape): readonly string[] {
  const lacking = (a: AnswerShape, b: AnswerShape) =>
    headersOf(a).filter((name) => meant.test(name) && !headersOf(b).includes(name));
  const differences = [
    ...lacking(told, emulated).map((name) => `header ${name}: the emulator lacks it`),
    ...lacking(emulated, told).map((name) => `header ${name}: the emulator alone has it`),
  ];
  if (told.body && emulated.body) return [...differences, ...shapeDifferences(told.body, emulated.body, "")];
  if (told.body) return [...differences, "body: the emulator has none"];
  if (emulated.body) return [...differences, "body: the emulator alone has one"];
  return differences;
}

function shapeDifferences(told: Shape, emulated: Shape, path: string): readonly string[] {
  const at = path === "" ? "body" : `field ${path}`;
  const types = (shape: Shape) => shape.types.filter((type) => type !== "null");
  const [a, b] = [types(told), types(emulated)];
  const differences: string[] = [];
  // If one of them only had null, nothing can be compared.
  if (a.length > 0 && b.length > 0 && !a.some((type) => b.includes(type)))
    return [`${at}: ${a.join(" or ")} where the emulator has ${b.join(" or ")}`];
  if (told.items && emulated.items)
    differences.push(...shapeDifferences(told.items, emulated.items, `${path}[]`));
  if (!told.fields || !emulated.fields) return differences;
  for (const [name, shape] of Object.entries(told.fields)) {
    const inner = path === "" ? name : `${path}.${name}`;
    const other = emulated.fields[name];
    if (other) differences.push(...shapeDifferences(shape, other, inner));
    else if (!told.optional?.includes(name)) differences.push(`field ${inner}: the emulator lacks it`);
    else differences.push(`field ${inner}: the emulator lacks it, and the service at times`);
  }
  for (const name of Object.keys(emulated.fields)) {
    if (told.fields[name] || emulated.optional?.includes(name)) continue;
    differences.push(`field ${path === "" ? name : `${path}.${name}`}: the emulator alone has it`);
  }
  return differences;
}
