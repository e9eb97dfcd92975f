/** Which scopes a plan takes, where its values decide. */
import { kinds } from "../../src/kinds";
import { type Placed, preflight } from "../../src/plan/scopes";

function webhook(operation: Placed["operation"], events: readonly string[]): Placed {
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
  expect(preflight(planned, type).needed.map(({ scope }) => scope)).toEqual(scopes);
  expect(preflight([webhook("read", ["repo:push"])], type).needed).toHaveLength(1);
});
