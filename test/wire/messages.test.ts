/** The messages of calls, held against those of Pulumi's own SDK. */
import * as provider from "@pulumi/pulumi/proto/provider_pb";
import fc from "fast-check";
import { Struct } from "google-protobuf/google/protobuf/struct_pb";
import { callTypes } from "../../src/wire/calls";
import * as messages from "../../src/wire/messages";
import { MessageReader } from "../../src/wire/reader";
import { readStruct, writeStruct } from "../../src/wire/struct";
import { MessageWriter } from "../../src/wire/writer";

type Json = Record<string, never>;

/** Names and texts as people write them, and as they may be. */
const text = fc.oneof(fc.string(), fc.string({ unit: "grapheme" }), fc.constant("x".repeat(5000)));
const name = text.filter((one) => one !== "__proto__");
const { value: json } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true }),
    text,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(name, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));
const properties = fc.dictionary(name, json, { maxKeys: 6, noNullPrototype: true });

test("properties are read and written as by Google's own library", () => {
  fc.assert(
    fc.property(properties, (values) => {
      const theirs = Struct.fromJavaScript(values as Json);
      expect(readStruct(new MessageReader(theirs.serializeBinary()))).toEqual(theirs.toJavaScript());
      const writer = new MessageWriter();
      writeStruct(writer, values);
      expect(Struct.deserializeBinary(writer.finish()).toJavaScript()).toEqual(theirs.toJavaScript());
    }),
  );
});

test("a property of the name __proto__ is a property like any other", () => {
  const values = JSON.parse('{ "__proto__": { "admin": true }, "a": 1 }') as Record<string, unknown>;
  const writer = new MessageWriter();
  writeStruct(writer, values);
  const read = readStruct(new MessageReader(writer.finish()));
  expect(JSON.stringify(read)).toBe('{"__proto__":{"admin":true},"a":1}');
  expect("admin" in read).toBe(false);
});

/** A message of the SDK, by the names of its fields. */
interface Generated {
  toObject(): Record<string, unknown>;
  serializeBinary(): Uint8Array;
}
interface GeneratedType {
  new (): Generated;
  deserializeBinary(bytes: Uint8Array): Generated;
}

/** A value for each field of a message, as both sides name them. */
const values = {
  text: "a ✓ text",
  texts: ["one", "two", ""],
  flag: true,
  struct: { nested: { list: [1, "two", null, { three: false }] } },
};

const requests: readonly (readonly [keyof typeof callTypes, GeneratedType, Record<string, unknown>])[] = [
  ["handshake", provider.ProviderHandshakeRequest, { engineAddress: values.text }],
  ["getMapping", provider.GetMappingRequest, { key: values.text, provider: "bitbucket" }],
  ["getMappings", provider.GetMappingsRequest, { key: values.text }],
  ["configure", provider.ConfigureRequest, { args: values.struct, id: "", urn: values.text }],
  ["check", provider.CheckRequest, { urn: values.text, olds: values.struct, news: {} }],
  [
    "diff",
    provider.DiffRequest,
    {
      id: "1",
      urn: "2",
      olds: values.struct,
      news: {},
      ignoreChanges: values.texts,
      oldInputs: values.struct,
    },
  ],
  ["invoke", provider.InvokeRequest, { token: values.text, args: values.struct, preview: true }],
  ["list", provider.ListRequest, { token: values.text, query: values.struct, limit: 70000 }],
  ["create", provider.CreateRequest, { urn: values.text, properties: values.struct, preview: true }],
  ["read", provider.ReadRequest, { id: "1", urn: "2", properties: values.struct, inputs: {} }],
  [
    "update",
    provider.UpdateRequest,
    { id: "1", urn: "2", olds: values.struct, news: {}, preview: true, oldInputs: values.struct },
  ],
  ["delete", provider.DeleteRequest, { id: "1", urn: "2", properties: values.struct, oldInputs: {} }],
];

/** The setter of a field, and its value in the SDK's form. */
function fill(message: Generated, given: Readonly<Record<string, unknown>>): void {
  const setters = { token: message instanceof provider.ListRequest ? "setToken" : "setTok" } as const;
  for (const [field, value] of Object.entries(given)) {
    const plain = `set${field[0]?.toUpperCase()}${field.slice(1)}`;
    const candidates = [
      setters[field as keyof typeof setters] ?? plain,
      plain.replace("IgnoreChanges", "IgnorechangesList"),
    ];
    const set = candidates.find((one) => one in message) ?? plain;
    const isStruct = typeof value === "object" && !Array.isArray(value);
    const theirs = isStruct ? Struct.fromJavaScript(value as Json) : value;
    (message as unknown as Record<string, (value: unknown) => void>)[set]?.(theirs);
  }
}

test.each(requests)("a request is read as Pulumi's SDK writes it: %s", (call, type, given) => {
  const theirs = new type();
  fill(theirs, given);
  expect(callTypes[call].request.decode(theirs.serializeBinary())).toEqual(given);
});

test("the fields that are not in use are passed over", () => {
  const request = new provider.CreateRequest();
  request.setUrn("urn");
  request.setTimeout(12.5);
  request.setName("name");
  expect(messages.createRequest.decode(request.serializeBinary())).toEqual({
    urn: "urn",
    properties: undefined,
    preview: false,
  });
});

test("a response is what Pulumi's SDK reads", () => {
  const struct = Struct.fromJavaScript(values.struct as unknown as Json).toObject();
  const checked = messages.checkResponse.encode({
    inputs: values.struct,
    failures: [{ reason: values.text }, { reason: "" }],
  });
  expect(provider.CheckResponse.deserializeBinary(checked).toObject()).toEqual({
    inputs: struct,
    failuresList: [
      { property: "", reason: values.text },
      { property: "", reason: "" },
    ],
  });
  const differs = provider.DiffResponse.deserializeBinary(
    messages.diffResponse.encode({
      changes: messages.diffChanges.some,
      diffs: ["a", "b"],
      replaces: ["b"],
      stables: ["uuid"],
      deleteBeforeReplace: true,
      hasDetailedDiff: true,
      detailedDiff: {
        "a[0]": { kind: messages.propertyDiffKinds.add },
        b: { kind: messages.propertyDiffKinds.updateReplace },
      },
    }),
  );
  expect(differs.toObject()).toEqual({
    changes: provider.DiffResponse.DiffChanges.DIFF_SOME,
    diffsList: ["a", "b"],
    replacesList: ["b"],
    stablesList: ["uuid"],
    deletebeforereplace: true,
    hasdetaileddiff: true,
    detaileddiffMap: [
      ["a[0]", { kind: provider.PropertyDiff.Kind.ADD, inputdiff: false }],
      ["b", { kind: provider.PropertyDiff.Kind.UPDATE_REPLACE, inputdiff: false }],
    ],
  });
  const read = messages.readResponse.encode({
    id: "1",
    properties: values.struct,
    inputs: {},
    refreshBeforeUpdate: true,
  });
  expect(provider.ReadResponse.deserializeBinary(read).toObject()).toEqual({
    id: "1",
    properties: struct,
    inputs: { fieldsMap: [] },
    refreshBeforeUpdate: true,
  });
});

test("what is no Protobuf is an error, not a guess", () => {
  for (const bytes of [[0x0a], [0x0a, 5, 1], [0xff, 0xff], [0x0b], [0x09, 1]])
    expect(() => messages.checkRequest.decode(Uint8Array.from(bytes))).toThrow("not Protobuf");
});
