/** Protobuf messages as plain objects, described by their fields. */
import type { Properties } from "../kinds/kind";
import { MessageReader, wireTypes } from "./reader";
import { readStruct, writeStruct } from "./struct";
import { MessageWriter } from "./writer";

/** A field of a message. One that is not sent has its empty value, and the other way round. */
interface Field<Value> {
  readonly number: number;
  readonly wireType: number;
  readonly empty: Value;
  isEmpty(value: Value): boolean;
  /** @param before What the message has by now: a repeated field is sent item by item. */
  read(from: MessageReader, before: Value): Value;
  /** Writes it with its tag. */
  write(to: MessageWriter, value: Value): void;
}

type FieldsOf<Message> = { readonly [Name in keyof Message]: Field<Message[Name]> };

/** A message: its form as bytes and as an object. */
export interface MessageType<Message> {
  decode(bytes: Uint8Array): Message;
  encode(message: Partial<Message>): Buffer;
  /** Writes the fields alone, without a length. */
  write(to: MessageWriter, message: Partial<Message>): void;
}

/** The objects of a type of message. */
export type MessageOf<Type> = Type extends MessageType<infer Message> ? Message : never;

export function message<Message extends object>(fields: FieldsOf<Message>): MessageType<Message> {
  const names = Object.keys(fields) as (keyof Message)[];
  const byTag = new Map(
    names.map((name) => [fields[name].number * 8 + fields[name].wireType, name] as const),
  );
  const empty = Object.fromEntries(names.map((name) => [name, fields[name].empty])) as Message;
  const write = (to: MessageWriter, values: Partial<Message>) => {
    for (const name of names) {
      const value = values[name];
      if (value !== undefined && !fields[name].isEmpty(value)) fields[name].write(to, value);
    }
  };
  return {
    decode(bytes) {
      const from = new MessageReader(bytes);
      const result = { ...empty };
      while (!from.isAtEnd) {
        const tag = from.varint();
        const name = byTag.get(tag);
        if (name === undefined) from.skip(tag % 8);
        else result[name] = fields[name].read(from, result[name]);
      }
      return result;
    },
    encode(values) {
      const to = new MessageWriter();
      write(to, values);
      return to.finish();
    },
    write,
  };
}

export function text(number: number): Field<string> {
  return {
    number,
    wireType: wireTypes.delimited,
    empty: "",
    isEmpty: (value) => value === "",
    read: (from) => from.text(),
    write: (to, value) => {
      to.tag(number, wireTypes.delimited);
      to.text(value);
    },
  };
}

/** A text that is not the same as none where it is empty: `optional` in the protocol. */
export function optionalText(number: number): Field<string | undefined> {
  const { wireType, read, write } = text(number);
  return {
    number,
    wireType,
    empty: undefined,
    isEmpty: (value) => value === undefined,
    read: (from) => read(from, ""),
    write: (to, value = "") => write(to, value),
  };
}

export function flag(number: number): Field<boolean> {
  return {
    number,
    wireType: wireTypes.varint,
    empty: false,
    isEmpty: (value) => !value,
    read: (from) => from.varint() !== 0,
    write: (to, value) => {
      to.tag(number, wireTypes.varint);
      to.varint(value ? 1 : 0);
    },
  };
}

/** A whole number from 0, or a member of an enumeration. */
export function count(number: number): Field<number> {
  return {
    number,
    wireType: wireTypes.varint,
    empty: 0,
    isEmpty: (value) => value === 0,
    read: (from) => from.varint(),
    write: (to, value) => {
      to.tag(number, wireTypes.varint);
      to.varint(value);
    },
  };
}

export function bytes(number: number): Field<Uint8Array> {
  return {
    number,
    wireType: wireTypes.delimited,
    empty: new Uint8Array(),
    isEmpty: (value) => value.length === 0,
    read: (from) => from.readDelimited(),
    write: (to, value) => {
      to.tag(number, wireTypes.delimited);
      to.writeDelimited(value);
    },
  };
}

export function texts(number: number): Field<readonly string[]> {
  return {
    number,
    wireType: wireTypes.delimited,
    empty: [],
    isEmpty: (value) => value.length === 0,
    read: (from, before) => [...before, from.text()],
    write: (to, value) => {
      for (const item of value) {
        to.tag(number, wireTypes.delimited);
        to.text(item);
      }
    },
  };
}

/** Properties: JSON, in which the engine marks what is secret or unknown. */
export function struct(number: number): Field<Properties | undefined> {
  return {
    number,
    wireType: wireTypes.delimited,
    empty: undefined,
    isEmpty: (value) => value === undefined,
    read: (from) => readStruct(new MessageReader(from.readDelimited())),
    write: (to, value = {}) => {
      to.tag(number, wireTypes.delimited);
      to.writeNested(() => writeStruct(to, value));
    },
  };
}

export function one<Message>(number: number, type: MessageType<Message>): Field<Message | undefined> {
  return {
    number,
    wireType: wireTypes.delimited,
    empty: undefined,
    isEmpty: (value) => value === undefined,
    read: (from) => type.decode(from.readDelimited()),
    write: (to, value) => {
      to.tag(number, wireTypes.delimited);
      to.writeNested(() => type.write(to, value ?? {}));
    },
  };
}

export function many<Message>(number: number, type: MessageType<Message>): Field<readonly Message[]> {
  return {
    number,
    wireType: wireTypes.delimited,
    empty: [],
    isEmpty: (value) => value.length === 0,
    read: (from, before) => [...before, type.decode(from.readDelimited())],
    write: (to, value) => {
      for (const item of value) {
        to.tag(number, wireTypes.delimited);
        to.writeNested(() => type.write(to, item));
      }
    },
  };
}

/** Messages by name. */
export function byName<Message extends object>(
  number: number,
  type: MessageType<Message>,
): Field<Readonly<Record<string, Message>>> {
  const entry = message<{ name: string; value: Message | undefined }>({ name: text(1), value: one(2, type) });
  const entries = many(number, entry);
  return {
    number,
    wireType: wireTypes.delimited,
    empty: {},
    isEmpty: (value) => Object.keys(value).length === 0,
    read: (from, before) => {
      const { name, value } = entry.decode(from.readDelimited());
      return { ...before, [name]: value ?? type.decode(new Uint8Array()) };
    },
    write: (to, all) =>
      entries.write(
        to,
        Object.entries(all).map(([name, value]) => ({ name, value })),
      ),
  };
}
