/** The mapping for `pulumi convert`, held against the schema of the provider that it maps and against its reader. */
import { z } from "zod";
import { terraformMapping } from "../../src/native/terraform";
import peer from "./fixtures/terraform-provider-bitbucket.json";

/** The form that its reader decodes: `pkg/tfbridge/info/info.go` of pulumi-terraform-bridge. Go ignores other names. */
interface Shim {
  readonly type: number;
  readonly optional?: boolean | undefined;
  readonly maxItems?: number | undefined;
  readonly element?: { schema?: Shim | undefined; resource?: Record<string, Shim> | undefined } | undefined;
}
const shim: z.ZodType<Shim> = z.lazy(() =>
  z.strictObject({
    type: z.int().min(1).max(7),
    optional: z.boolean().optional(),
    maxItems: z.literal(1).optional(),
    element: z
      .strictObject({ schema: shim.optional(), resource: z.record(z.string(), shim).optional() })
      .refine(({ schema, resource }) => (schema === undefined) !== (resource === undefined))
      .optional(),
  }),
);
interface Field {
  readonly name: string;
  readonly maxItemsOne?: boolean | undefined;
  readonly fields?: Record<string, Field> | undefined;
  readonly element?: { fields: Record<string, Field> } | undefined;
}
const field: z.ZodType<Field> = z.lazy(() =>
  z.strictObject({
    name: z.string(),
    maxItemsOne: z.boolean().optional(),
    fields: z.record(z.string(), field).optional(),
    element: z.strictObject({ fields: z.record(z.string(), field) }).optional(),
  }),
);
const token = z.string().regex(/^bitbucket-cloud:index:\w+$/);
const mapped = z.record(z.string(), z.strictObject({ tok: token, fields: z.record(z.string(), field) }));
const shims = z.record(z.string(), z.record(z.string(), shim));
const marshallableProvider = z.strictObject({
  provider: z.strictObject({ schema: z.strictObject({}), resources: shims, dataSources: shims }),
  name: z.string(),
  version: z.string(),
  resources: mapped,
  dataSources: mapped,
});

/** `shim.ValueType` of the bridge. */
const types = ["", "bool", "int", "float", "string", "list", "map", "set"];

type PeerAttribute =
  | string
  | { readonly type: string; readonly maxItems?: number; readonly block: PeerAttributes };
interface PeerAttributes {
  readonly [name: string]: PeerAttribute;
}

/**
 * What has no property of the same meaning here, or one of another form: the guide lists what to complete by hand. A new
 * attribute of the provider is added to the mapping, or here.
 */
const unmapped: Readonly<Record<string, readonly string[]>> = {
  "resources.project": ["link"],
  "resources.repository": ["inherit_branching_model", "inherit_default_merge_strategy", "link", "scm"],
  "resources.forked_repository": ["link", "parent", "scm"],
  "resources.commit_file": ["commit_sha"],
  "resources.branch_restriction": ["branch_match_kind", "groups"],
  "resources.branching_model.development": ["branch_does_not_exist", "is_valid"],
  "resources.branching_model.production": ["branch_does_not_exist", "is_valid"],
  "resources.project_branching_model.development": ["branch_does_not_exist", "is_valid"],
  "resources.project_branching_model.production": ["branch_does_not_exist", "is_valid"],
  "resources.ssh_key": ["comment", "user"],
  "resources.gpg_key": ["user"],
  "resources.deployment": ["restrictions"],
  "resources.pipeline_schedule": ["target"],
  "resources.pipeline_ssh_known_host": ["public_key"],
  "dataSources.current_user": ["email", "username"],
  "dataSources.user": ["username"],
  "dataSources.workspace": ["is_private"],
  "dataSources.project": ["has_publicly_visible_repos", "link", "owner"],
  "dataSources.repository": [
    ...["fork_policy", "has_issues", "has_wiki", "language", "link", "owner", "project", "scm"],
  ],
  "dataSources.file": [
    ...["content_b64", "format", "include_commit", "include_commit_links", "include_links", "metadata"],
  ],
};

/** Without a counterpart in Bitbucket's current API, or in one resource here. */
const withoutCounterpart = {
  resources: ["default_reviewers", "group", "group_membership", "project_default_reviewers"],
  dataSources: [
    ...["deployment", "deployments", "group", "group_members", "groups", "hook_types", "ip_ranges"],
    ...["pipeline_oidc_config", "pipeline_oidc_config_keys", "workspace_members"],
  ],
};

const read = marshallableProvider.parse(JSON.parse(JSON.stringify(terraformMapping())));

describe.each(["resources", "dataSources"] as const)("%s", (part) => {
  const theirs: Readonly<Record<string, PeerAttributes>> = peer[part];

  test("are mapped, or known to have no counterpart", () => {
    const missing = Object.keys(theirs).filter((name) => !(`bitbucket_${name}` in read[part]));
    expect(missing.toSorted()).toEqual(withoutCounterpart[part]);
    expect(Object.keys(read[part])).toEqual(Object.keys(read.provider[part]));
  });

  test.each(Object.entries(read.provider[part]))(
    "%s has the provider's attributes and types",
    (name, ours) => {
      const short = name.replace(/^bitbucket_/, "");
      compare(`${part}.${short}`, ours, theirs[short] ?? {}, read[part][name]?.fields ?? {});
    },
  );
});

function compare(
  path: string,
  ours: Readonly<Record<string, Shim>>,
  theirs: PeerAttributes,
  fields: Readonly<Record<string, Field>>,
): void {
  const missing = Object.keys(theirs).filter((name) => !(name in ours));
  expect([path, missing.toSorted()]).toEqual([path, unmapped[path] ?? []]);
  expect([path, Object.keys(fields)]).toEqual([path, Object.keys(ours)]);
  for (const [name, { type, maxItems, element }] of Object.entries(ours)) {
    const place = `${path}.${name}`;
    const attribute = theirs[name];
    const block = typeof attribute === "object" ? attribute : undefined;
    expect([place, types[type]]).toEqual([place, block?.type ?? attribute]);
    expect([place, maxItems]).toEqual([place, block?.maxItems]);
    expect([place, element?.resource !== undefined]).toEqual([place, block !== undefined]);
    if (!block) continue;
    const given = fields[name];
    expect([place, given?.maxItemsOne]).toEqual([place, maxItems === 1 ? true : undefined]);
    compare(place, element?.resource ?? {}, block.block, given?.element?.fields ?? {});
  }
}
