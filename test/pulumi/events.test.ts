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

test("what a run of a plan has not come to is not told beside the reason that it failed for", () => {
  const log = new EventLog({});
  const urn = "urn:pulumi:acme::bitbucket::bitbucket-cloud:index:Webhook::api:ci";
  const notReached = `expected resource operations for ${urn} but none were seen`;
  log.addMessage("error", `<{%reset%}>${notReached}<{%reset%}>`, urn);
  const alone = { severity: "error", about: "Webhook api:ci", text: notReached };
  expect(log.messagesOf("failed")).toEqual([alone]);
  log.addMessage("error", "exists and differs from its declaration");
  expect(log.messagesOf("failed")).toEqual([
    { severity: "error", about: undefined, text: "exists and differs from its declaration" },
  ]);
});
