/** The first request that lacks a scope ends a look: its error names the scopes of all of the stack's reads. */
import { NotFoundError, PermissionError } from "../../src/bitbucket";
import { describeReadScopes } from "../../src/preview/readScopes";
import { load, removeFolders } from "../desired/support/folder";

afterEach(removeFolders);

const stack = () =>
  load(`
workspace: acme
repositories:
  api:
    webhooks: { ci: { url: "https://ci.example.com/hook", events: [repo:push] } }
    variables: { LEVEL: info }
`);

const request = { method: "GET", path: "/repositories/acme/api/hooks", status: 403 };
const [pipelines, repositories, webhooks] = ["pipeline", "repository", "webhook"].map(
  (name) => `read:${name}:bitbucket`,
);

function refused(granted: readonly string[], required: readonly string[]): PermissionError {
  return new PermissionError("forbidden", "The credential lacks permission", request, granted, required);
}

test("all of them where Bitbucket does not say which the credential has", async () => {
  expect(describeReadScopes(refused([], [String(webhooks)]), await stack(), "api-token")).toBe(
    ` To read this stack requires the scopes ${pipelines}, ${repositories}, ${webhooks}.`,
  );
});

test("those that it lacks, where one more than the request's is among them", async () => {
  const error = refused([String(repositories)], [String(webhooks)]);
  expect(describeReadScopes(error, await stack(), "api-token")).toBe(
    ` To read this stack, it lacks the scopes ${pipelines}, ${webhooks}.`,
  );
});

test.each([
  [
    "the one that is missing was named",
    refused([String(repositories), String(pipelines)], [String(webhooks)]),
  ],
  [
    "the credential has the request's: its user lacks the permission",
    refused([String(webhooks)], [String(webhooks)]),
  ],
  ["it is about no scope", new NotFoundError("not-found", "There is nothing", { ...request, status: 404 })],
])("nothing, where %s", async (_, error) => {
  expect(describeReadScopes(error, await stack(), "api-token")).toBe("");
});
