/**
 * The engine's properties as values, from and to the message `Struct`:
 * https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/struct.proto
 */
import type { Properties } from "../kinds/kind";
import { MessageReader, wireTypes } from "./reader";
import type { MessageWriter } from "./writer";

/** The fields of `Value`, one of which each has. */
const fields = { null: 1, number: 2, text: 3, flag: 4, struct: 5, list: 6 } as const;

export function readStruct(from: MessageReader): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  while (!from.isAtEnd) {
    const tag = from.varint();
    if (tag === tagOf(1, wireTypes.delimited)) readEntry(new MessageReader(from.readDelimited()), result);
    else from.skip(tag % 8);
  }
  return result;
}

function readEntry(from: MessageReader, to: Record<string, unknown>): void {
  let key = "";
  let value: unknown = null;
  while (!from.isAtEnd) {
    const tag = from.varint();
    if (tag === tagOf(1, wireTypes.delimited)) key = from.text();
    else if (tag === tagOf(2, wireTypes.delimited))
      value = readValue(new MessageReader(from.readDelimited()));
    else from.skip(tag % 8);
  }
  // A name like any other, which an assignment would take for the object's prototype.
  if (key === "__proto__")
    Object.defineProperty(to, key, { value, enumerable: true, configurable: true, writable: true });
  else to[key] = value;
}

function readValue(from: MessageReader): unknown {
  let value: unknown = null;
  while (!from.isAtEnd) {
    const tag = from.varint();
    switch (tag) {
      case tagOf(fields.number, wireTypes.fixed64):
        value = from.double();
        break;
      case tagOf(fields.text, wireTypes.delimited):
        value = from.text();
        break;
      case tagOf(fields.flag, wireTypes.varint):
        value = from.varint() !== 0;
        break;
      case tagOf(fields.struct, wireTypes.delimited):
        value = readStruct(new MessageReader(from.readDelimited()));
        break;
      case tagOf(fields.list, wireTypes.delimited):
        value = readList(new MessageReader(from.readDelimited()));
        break;
      default:
        from.skip(tag % 8);
    }
  }
  return value;
}

function readList(from: MessageReader): unknown[] {
  const result: unknown[] = [];
  while (!from.isAtEnd) {
    const tag = from.varint();
    if (tag === tagOf(1, wireTypes.delimited))
      result.push(readValue(new MessageReader(from.readDelimited())));
    else from.skip(tag % 8);
  }
  return result;
}

/** @param values JSON: what else there may be in them is a null. */
export function writeStruct(to: MessageWriter, values: Properties): void {
  for (const [name, value] of Object.entries(values)) {
    to.tag(1, wireTypes.delimited);
    to.writeNested(() => {
      to.tag(1, wireTypes.delimited);
      to.text(name);
      to.tag(2, wireTypes.delimited);
      to.writeNested(() => writeValue(to, value));
    });
  }
}

function writeValue(to: MessageWriter, value: unknown): void {
  if (typeof value === "string") {
    to.tag(fields.text, wireTypes.delimited);
    to.text(value);
  } else if (typeof value === "boolean") {
    to.tag(fields.flag, wireTypes.varint);
    to.varint(value ? 1 : 0);
  } else if (typeof value === "number") {
    to.tag(fields.number, wireTypes.fixed64);
    to.double(value);
  } else if (Array.isArray(value)) {
    to.tag(fields.list, wireTypes.delimited);
    to.writeNested(() => {
      for (const item of value) {
        to.tag(1, wireTypes.delimited);
        to.writeNested(() => writeValue(to, item));
      }
    });
  } else if (typeof value === "object" && value !== null) {
    to.tag(fields.struct, wireTypes.delimited);
    to.writeNested(() => writeStruct(to, value as Properties));
  } else {
    to.tag(fields.null, wireTypes.varint);
    to.varint(0);
  }
}

function tagOf(field: number, wireType: number): number {
  return field * 8 + wireType;
}
