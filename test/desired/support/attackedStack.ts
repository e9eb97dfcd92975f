/** A stack whose repository `ours` is delegated in part, and what no delegated file may change of it. */
import { type DesiredResource, type DesiredStack, keyOf } from "../../../src/desired";
import { findReferences } from "../../../src/desired/resolve";

/** Its YAML, up to the rules of `delegation`. */
export const attackedStack = `
workspace: acme
existing: { projects: [PLAT] }
unmanaged: report
defaults: { webhook: { active: true } }
profiles:
  service:
    webhooks: { audit: { url: "https://audit.example/", events: [repo:push] } }
rules: [{ match: "*", language: go }]
repositories:
  ours:
    profiles: [service]
    project: PLAT
    description: central
    variables: { REGION: { value: { fromEnv: CENTRAL_SECRET } } }
    environments: { Production: { type: Production, variables: { A: b } } }
    defaultReviewers: [alice]
    branchRestrictions: { approvals: { kind: require_approvals_to_merge, pattern: main, value: 2 } }
    groupPermissions: { developers: write }
  theirs: { description: other, webhooks: { ci: { url: "https://other.example/", events: [repo:push] } } }
`;

/** What the rules allow to add and to set, beside the description, in the words of the desired state. */
const isAllowed = ({ kind, name }: DesiredResource) =>
  ["Webhook", "DefaultReviewer", "PipelineVariable"].includes(kind.name) && name.startsWith("ours:");

/**
 * Holds that a stack is the one without a delegated file, apart from what the rules allow.
 *
 * @param base The stack without it.
 */
export function expectOnlyAllowed(loaded: DesiredStack, base: DesiredStack): void {
  const keys = new Set(base.resources.map(keyOf));
  expect(outside(loaded, keys)).toEqual(outside(base, keys));
  for (const { args } of loaded.resources.filter((resource) => !keys.has(keyOf(resource)))) {
    for (const { source, name } of findReferences(args))
      expect(`${source} ${name}`).toMatch(/^fromEnv TEAM_/);
    expect([args.adopt, args.renamedFrom]).toEqual([undefined, undefined]);
  }
}

/** Everything that a run would take from a stack, apart from what the rules allow. */
function outside(loaded: DesiredStack, keys: ReadonlySet<string>): unknown {
  return {
    workspace: loaded.workspace,
    sharding: loaded.sharding,
    existing: loaded.existing?.map(keyOf),
    unmanaged: loaded.unmanaged,
    files: loaded.files,
    resources: loaded.resources
      .filter((resource) => keys.has(keyOf(resource)) || !isAllowed(resource))
      .map((resource) => {
        const { description, ...args } = resource.args;
        return {
          key: keyOf(resource),
          parent: resource.parent && keyOf(resource.parent),
          renamedFrom: resource.renamedFrom,
          unmanaged: resource.unmanaged,
          args: keyOf(resource) === "Repository ours" ? args : { description, ...args },
        };
      }),
  };
}
