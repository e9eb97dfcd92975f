/** The scopes of a plan if they depend on its values. */
import { kinds } from "../../src/kinds";
import { collectScopes, type PlacedOperation } from "../../src/plan/scopes";

function webhook(operation: PlacedOperation["operation"], events: readonly string[]): PlacedOperation {
  const kind = kinds.find(({ name }) => name === "Webhook");
  if (!kind) throw new Error("no webhooks");
  return { operation, kind, owners: ["repository"], values: { url: "https://ci.example/", events } };
}

test.each([
  [
    "api-token",
    [
      "read:issue:bitbucket",
      "read:pullrequest:bitbucket",
      "read:repository:bitbucket",
      "read:webhook:bitbucket",
      "write:webhook:bitbucket",
    ],
  ],
  ["workspace", ["issue", "pullrequest", "repository", "webhook"]],
] as const)("webhooks take the scopes of what their events are about, %s", (type, scopes) => {
  const planned = [
    webhook("create", ["repo:push"]),
    webhook("create", ["pullrequest:created", "issue:created"]),
    webhook("update", ["repo:push"]),
  ];
  expect(collectScopes(planned, type).needed.map(({ scope }) => scope)).toEqual(scopes);
  expect(collectScopes([webhook("read", ["repo:push"])], type).needed).toHaveLength(1);
});
