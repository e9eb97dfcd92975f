/** A reference that resolves to undefined does not put an object into a wider place than intended. */
import * as pulumi from "@pulumi/pulumi";
import { PipelineVariable, Webhook } from "../../src/sdk/resources";

const made: pulumi.runtime.MockResourceArgs[] = [];

beforeAll(async () => {
  await pulumi.runtime.setMocks({
    newResource(args) {
      made.push(args);
      return { id: "{id}", state: args.inputs };
    },
    call: () => ({}),
  });
});
beforeEach(() => {
  made.length = 0;
});

const hook = { workspace: "acme", url: "https://ci.example.com", events: ["repo:push" as const] };

test("a webhook whose repository is undefined is not made", () => {
  const lost = undefined as unknown as string;
  expect(() => new Webhook("lost", { ...hook, repository: lost })).toThrow(
    /Webhook "lost": repository is undefined, so it would belong to the workspace/,
  );
  expect(
    () =>
      new PipelineVariable("lost", {
        workspace: "acme",
        repository: "api",
        environment: lost,
        key: "A",
        value: "b",
      }),
  ).toThrow(/environment is undefined, so it would belong to the repository/);
});

test("one that is left out, or said to be of the workspace, is of the workspace", async () => {
  const left = new Webhook("left", hook);
  const said = new Webhook("said", { ...hook, url: "https://two.example.com", level: "workspace" });
  await Promise.all(
    [left, said].map((one) => (one.urn as unknown as { promise(): Promise<string> }).promise()),
  );
  expect(made.map(({ inputs }) => inputs.level)).toEqual([undefined, undefined]);
  expect(made).toHaveLength(2);
});

test("a level that contradicts the places is refused", () => {
  expect(() => new Webhook("wrong", { ...hook, level: "repository" })).toThrow(
    /repository is missing or undefined/,
  );
});
