import fc from "fast-check";
import { childUrn, formatUrn, isOwnUrn, keyInUrn, parseUrn, stackUrn } from "../../src/pulumi/urn";

const stack = "urn:pulumi:s::p::pulumi:pulumi:Stack::p-s";
const repository = "pulumi-nodejs:bitbucket:Repository";
const webhook = "pulumi-nodejs:bitbucket:Webhook";

test("the type of the parent is in a URN, and that of the stack is not", () => {
  expect(stackUrn("s", "p")).toBe(stack);
  const parent = childUrn(stack, { type: repository, name: "api" });
  expect(parent).toBe(`urn:pulumi:s::p::${repository}::api`);
  expect(childUrn(stack, { type: webhook, name: "ci", parent: stack })).toBe(
    `urn:pulumi:s::p::${webhook}::ci`,
  );
  const child = childUrn(stack, { type: webhook, name: "api:ci", parent });
  expect(child).toBe(`urn:pulumi:s::p::${repository}$${webhook}::api:ci`);
  expect(childUrn(stack, { type: webhook, name: "x", parent: child })).toBe(
    `urn:pulumi:s::p::${repository}$${webhook}$${webhook}::x`,
  );
});

test("a resource of this package has its type and name as its key, whatever its parent, and no other has one", () => {
  expect(keyInUrn(`urn:pulumi:s::p::my:Component$${webhook}::api:ci`)).toBe("Webhook api:ci");
  expect(keyInUrn("urn:pulumi:s::p::aws:s3/bucket:Bucket::api")).toBeUndefined();
  expect(isOwnUrn(`urn:pulumi:s::p::${repository}$aws:s3/bucket:Bucket::api`)).toBe(false);
  expect(isOwnUrn(`urn:pulumi:s::p::my:Component$${webhook}::api:ci`)).toBe(true);
});

test("what is no URN has no name and no key", () => {
  expect(parseUrn("")).toEqual({ stack: "", project: "", parentTypes: [], type: "", name: "" });
  expect(keyInUrn("api")).toBeUndefined();
});

test("a URN is read as it was written, with any name", () => {
  const word = fc.stringMatching(/^[a-zA-Z][\w-]*$/);
  const type = fc.tuple(word, word, word).map((parts) => parts.join(":"));
  fc.assert(
    fc.property(
      fc.record({ stack: word, project: word, parentTypes: fc.array(type), type, name: fc.string() }),
      (urn) => expect(parseUrn(formatUrn(urn))).toEqual(urn),
    ),
  );
});
