/** The policy pack, by the interface that `@pulumi/policy` has for a stack's resources. */
import { type PolicyResource, type StackValidationArgs, unknownCheckingProxy } from "@pulumi/policy";
import * as kinds from "../../src/kinds";
import type { Kind } from "../../src/kinds/kind";
import { nativeToken, toTypeToken } from "../../src/model/typeToken";
import { checkPolicies, type PackPolicies } from "../../src/policyPack";

/** As a preview hands it on: https://github.com/pulumi/pulumi-policy/blob/main/sdk/nodejs/policy/proxy.ts */
const unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

function resource(
  kind: Kind,
  name: string,
  props: Record<string, unknown>,
  { owner = undefined as PolicyResource | undefined, native = false } = {},
): PolicyResource {
  const type = native ? nativeToken(kind) : toTypeToken(kind);
  return {
    type,
    name,
    urn: `urn:pulumi:test::project::${type}::${name}`,
    props: unknownCheckingProxy(props),
    opts: {
      protect: false,
      ignoreChanges: [],
      aliases: [],
      additionalSecretOutputs: [],
      customTimeouts: { createSeconds: 0, updateSeconds: 0, deleteSeconds: 0 },
    },
    dependencies: owner ? [owner] : [],
    propertyDependencies: owner
      ? { [owner.type.endsWith("Project") ? "project" : "repository"]: [owner] }
      : {},
    isType: () => false,
    asType: () => undefined,
  };
}

async function violations(policies: PackPolicies, resources: PolicyResource[]): Promise<string[]> {
  const found: string[] = [];
  for (const policy of checkPolicies(policies))
    await policy.validateStack(
      {
        resources,
        stackTags: new Map(),
        getConfig: () => ({}),
        notApplicable: () => undefined,
      } as unknown as StackValidationArgs,
      (message, urn) => found.push(`${policy.enforcementLevel} ${urn?.split("::").at(-1)}: ${message}`),
    );
  return found;
}

const workspace = "acme";
const api = resource(kinds.repository, "api", {
  workspace,
  name: "api",
  isPrivate: false,
  mainBranch: "main",
});
const hook = (url: string, owner: PolicyResource | undefined, repository: string, native = false) =>
  resource(
    kinds.webhook,
    "ci",
    { workspace, repository, url, events: ["repo:push"], description: "CI" },
    { owner, native },
  );

it("finds what a program declares against a check, in a preview and in an update", async () => {
  const policies: PackPolicies = {
    "public-repository": "mandatory",
    tls: { check: "webhook-encryption", level: "advisory" },
  };
  const expected = [
    "mandatory api: the repository api is public. Make it private. If it is public on purpose, add it to the baseline or the exceptions.",
    "advisory ci: webhook CI of the repository api is sent to ci.example.com without encryption. Use an https:// URL.",
  ];
  expect(await violations(policies, [api, hook("http://ci.example.com/x", api, unknown)])).toEqual(expected);
  expect(await violations(policies, [api, hook("http://ci.example.com/x", api, "{uuid}", true)])).toEqual(
    expected,
  );
});

it("does not pass over a webhook of a repository that is not in the program", async () => {
  const elsewhere = hook("http://ci.example.com/x", undefined, "legacy");
  expect(
    await violations(
      { "webhook-encryption": "mandatory", approvals: "mandatory", "public-repository": "mandatory" },
      [elsewhere],
    ),
  ).toEqual([
    "mandatory ci: webhook CI of the repository legacy is sent to ci.example.com without encryption. Use an https:// URL.",
  ]);
});

it("judges the main branch by the restrictions of the program", async () => {
  const restriction = (pattern: string, value: number) =>
    resource(
      kinds.branchRestriction,
      "a",
      { workspace, repository: unknown, kind: "require_approvals_to_merge", pattern, value },
      { owner: api },
    );
  const policies: PackPolicies = { approvals: { parameters: { approvals: 2 } } };
  expect(await violations(policies, [api, restriction("main", 2)])).toEqual([]);
  expect(await violations(policies, [api, restriction("main", 1)])).toEqual([
    expect.stringContaining(
      "mandatory api: branch main of the repository api takes merges with 1 of 2 approvals.",
    ),
  ]);
  expect(await violations(policies, [api])).toEqual([
    expect.stringContaining("branch main of the repository api takes merges without an approval"),
  ]);
  expect(await violations({ approvals: { repositories: ["web*"] } }, [api])).toEqual([]);
});

it("leaves to the update what is unknown in a preview, and lets nothing pass that the program leaves open", async () => {
  expect(await violations({ "webhook-encryption": "mandatory" }, [api, hook(unknown, api, unknown)])).toEqual(
    [],
  );
  expect(
    await violations({ "public-forks": "mandatory" }, [
      resource(kinds.repository, "api", { workspace, name: "api" }),
    ]),
  ).toEqual([
    'mandatory api: Cannot be decided: the repository api depends on something unknown: the property "forkPolicy" is not set in the program: the server chooses it.',
  ]);
});

it("leaves other resources alone", async () => {
  const other = { ...api, type: "aws:s3/bucket:Bucket" };
  expect(await violations({ "public-repository": "mandatory" }, [other])).toEqual([]);
});

it.each([
  [
    { aprovals: "mandatory" },
    'There is no check "aprovals": see docs/reference/audit-checks.md. Did you mean "approvals"?',
  ],
  [{ approvals: "mandatry" }, 'The level of the policy "approvals" must be mandatory or advisory.'],
  [
    { "leaver-access": "mandatory" },
    'The check "leaver-access" looks at live data, which no program declares',
  ],
  [
    { approvals: { parameters: { approvals: "two" } } },
    'The parameters of the check "approvals": approvals must be a number.',
  ],
  [{ "public-repository": { parameters: {} } }, 'The check "public-repository" has no parameters.'],
  [{ "webhook-host": "mandatory" }, 'The parameters of the check "webhook-host": hosts must be a list.'],
])("refuses %j", (policies, message) => {
  expect(() => checkPolicies(policies as PackPolicies)).toThrow(message);
});
