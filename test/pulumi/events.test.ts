/** What is shown of the engine's steps. */
import { EventLog } from "../../src/pulumi/events";

test("a front end that leaves defaults out changes none of those that another one has stated", () => {
  const log = new EventLog({});
  const place = { workspace: "acme", repository: "{1}", key: "A" };
  log.addStep({
    op: "update",
    urn: "urn:pulumi:acme::bitbucket::pulumi-nodejs:bitbucket:PipelineVariable::api:A",
    type: "pulumi-nodejs:bitbucket:PipelineVariable",
    old: { id: "{2}", inputs: { ...place, level: "repository", secured: false, value: "x" } },
    new: { id: "{2}", inputs: { ...place, value: "y" } },
  });
  expect(log.changes).toEqual([
    expect.objectContaining({
      fields: ["value"],
      before: { ...place, value: "x" },
      after: { ...place, value: "y" },
    }),
  ]);
});

test("what the compiler says is shown without the host's words before it", () => {
  const log = new EventLog({});
  const said = "The workspace acme was renamed to initech. Nothing was changed.";
  for (const before of ["", "an unhandled error occurred: "])
    log.addMessage(
      "error",
      `<{%reset%}>${before}error running compiler node: exit status 1, stderr follows: ${said}\n<{%reset%}>`,
    );
  expect(log.messagesOf("failed")).toEqual([{ severity: "error", text: said }]);
});
