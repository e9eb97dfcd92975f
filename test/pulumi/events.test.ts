/** What is shown of the engine's steps. */
import { EventLog, engineEventSchema } from "../../src/pulumi/events";

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

test("what a refresh found deleted is created as such, and what is new is not", () => {
  const log = new EventLog({});
  const type = "bitbucket-cloud:index:Repository";
  const urn = (name: string) => `urn:pulumi:acme::bitbucket::${type}::${name}`;
  const step = (op: string, name: string, sides: object) => ({
    metadata: { op, type, urn: urn(name), ...sides },
  });
  const take = (event: unknown) => log.take(engineEventSchema.parse(event));
  const held = { id: "{1}", inputs: { name: "x" } };
  take({ resOutputsEvent: step("refresh", "gone", { old: held, new: null }) });
  take({ resOutputsEvent: step("refresh", "there", { old: held, new: held }) });
  for (const name of ["gone", "new"])
    take({ resourcePreEvent: { planning: true, ...step("create", name, { old: null, new: held }) } });
  expect(log.changes.map(({ name, wasDeleted }) => [name, wasDeleted])).toEqual([
    ["gone", true],
    ["new", undefined],
  ]);
});
