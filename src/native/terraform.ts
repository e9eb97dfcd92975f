/**
 * Maps DrFaust92's Terraform provider to this one, for `pulumi convert --from terraform`.
 * https://registry.terraform.io/providers/DrFaust92/bitbucket/latest/docs
 *
 * The format is that of https://github.com/pulumi/pulumi-terraform-bridge (MarshallableProviderInfo). Readers:
 * https://github.com/pulumi/pulumi-converter-terraform
 */

import { packageVersion } from "../errors";
import { kinds } from "../kinds";
import type { Kind } from "../kinds/kind";
import { nativePackage, nativePrefix, nativeToken } from "../model/typeToken";

/** Its name in a program's `required_providers`, and the prefix of its types. */
export const terraformProvider = "bitbucket";

/** `shim.ValueType` of the bridge. */
const types = { bool: 1, int: 2, string: 4, list: 5, map: 6, set: 7 } as const;

/** A nested block: its attributes, and whether there is one of it at most. Otherwise, they are a set. */
interface Block {
  readonly block: AttributeTypes;
  readonly name?: string;
  readonly isSingle?: boolean;
}

/** An attribute: its type, and its name here unless that is its own name in camelCase. */
type Attribute = keyof typeof types | readonly [type: keyof typeof types, name: string] | Block;

interface AttributeTypes {
  readonly [attribute: string]: Attribute;
}

const inRepository: AttributeTypes = { workspace: "string", repository: "string" };
const ownedRepository: AttributeTypes = { owner: ["string", "workspace"], repository: "string" };
const repositoryBySlug: AttributeTypes = {
  workspace: "string",
  repo_slug: ["string", "repository"],
};
const projectByKey: AttributeTypes = { workspace: "string", project_key: ["string", "project"] };
const variable: AttributeTypes = {
  key: "string",
  value: "string",
  secured: "bool",
  uuid: "string",
};
const hook: AttributeTypes = {
  url: "string",
  description: "string",
  events: "set",
  active: "bool",
  skip_cert_verification: "bool",
  history_enabled: "bool",
  secret: "string",
  uuid: "string",
  secret_set: "bool",
};
const repository: AttributeTypes = {
  owner: ["string", "workspace"],
  name: "string",
  slug: "string",
  is_private: "bool",
  description: "string",
  language: "string",
  website: "string",
  has_issues: "bool",
  has_wiki: "bool",
  fork_policy: "string",
  project_key: ["string", "project"],
  pipelines_enabled: "bool",
  uuid: "string",
  clone_https: "string",
  clone_ssh: "string",
};
/** `branch_does_not_exist` says what the API says, and is no property here. */
const branch: AttributeTypes = { name: "string", use_mainbranch: ["bool", "useMainBranch"] };
const branchingModel: AttributeTypes = {
  development: { block: branch, isSingle: true },
  production: { block: { ...branch, enabled: "bool" }, isSingle: true },
  branch_type: { block: { kind: "string", prefix: "string", enabled: "bool" }, name: "branchTypes" },
};
const user: AttributeTypes = { user_id: ["string", "user"], permission: "string" };
const group: AttributeTypes = { group_slug: ["string", "group"], permission: "string" };

/** The attributes of its resource types with a single counterpart, by their names without `bitbucket_`. */
const counterparts: Readonly<Record<string, AttributeTypes>> = {
  project: {
    owner: ["string", "workspace"],
    key: "string",
    name: "string",
    is_private: "bool",
    description: "string",
    uuid: "string",
    has_publicly_visible_repos: "bool",
  },
  repository: repository,
  forked_repository: repository,
  commit_file: {
    ...repositoryBySlug,
    filename: ["string", "path"],
    content: "string",
    branch: "string",
    commit_message: ["string", "message"],
    commit_author: ["string", "author"],
  },
  branch_restriction: {
    ...ownedRepository,
    kind: "string",
    pattern: "string",
    branch_type: "string",
    value: "int",
    users: "set",
  },
  branching_model: { ...ownedRepository, ...branchingModel, default_branch_deletion: "bool" },
  project_branching_model: { workspace: "string", project: "string", ...branchingModel },
  repository_user_permission: { ...repositoryBySlug, ...user },
  repository_group_permission: { ...repositoryBySlug, ...group },
  project_user_permission: { ...projectByKey, ...user },
  project_group_permission: { ...projectByKey, ...group },
  hook: { ...ownedRepository, ...hook },
  workspace_hook: { workspace: "string", ...hook },
  deploy_key: { ...inRepository, key: "string", label: "string", key_id: "string", comment: "string" },
  ssh_key: { key: "string", label: "string", uuid: "string" },
  gpg_key: { key: "string", name: "string", fingerprint: "string", key_id: "string" },
  workspace_variable: { workspace: "string", ...variable },
  repository_variable: { ...inRepository, ...variable },
  deployment_variable: { deployment: ["string", "environment"], ...variable },
  deployment: { repository: "string", name: "string", stage: ["string", "type"], uuid: "string" },
  pipeline_schedule: { ...inRepository, enabled: "bool", cron_pattern: "string", uuid: "string" },
  pipeline_ssh_key: { ...inRepository, private_key: "string", public_key: "string" },
  pipeline_ssh_known_host: { ...inRepository, hostname: "string", uuid: "string" },
};

/** Its data sources that have a look-up as counterpart. */
const dataSources: Readonly<Record<string, { readonly name: string; readonly attributes: AttributeTypes }>> =
  {
    current_user: { name: "getCurrentUser", attributes: { uuid: "string", display_name: "string" } },
    user: { name: "getUser", attributes: { uuid: ["string", "user"], display_name: "string" } },
    workspace: { name: "getWorkspace", attributes: { workspace: "string", slug: "string", name: "string" } },
    project: {
      name: "getProject",
      attributes: {
        workspace: "string",
        key: "string",
        name: "string",
        description: "string",
        is_private: "bool",
        uuid: "string",
      },
    },
    repository: {
      name: "getRepository",
      attributes: {
        ...repositoryBySlug,
        name: "string",
        full_name: "string",
        uuid: "string",
        is_private: "bool",
        description: "string",
        main_branch: "string",
      },
    },
    file: {
      name: "getFile",
      attributes: { ...repositoryBySlug, commit: "string", path: "string", content: "string" },
    },
  };

/** Returns the mapping for `pulumi convert`. */
export function terraformMapping(): unknown {
  const shims = (all: Readonly<Record<string, AttributeTypes>>) =>
    byType(all, (attributes) => schemasOf(attributes));
  const lookUps = Object.fromEntries(
    Object.entries(dataSources).map(([name, { attributes }]) => [name, attributes]),
  );
  return {
    provider: { schema: {}, resources: shims(counterparts), dataSources: shims(lookUps) },
    name: nativePackage,
    version: packageVersion(),
    resources: byType(counterparts, (attributes, name) => ({
      tok: nativeToken(kindOf(name)),
      fields: fieldsOf(attributes),
    })),
    dataSources: byType(dataSources, ({ name, attributes }) => ({
      tok: nativePrefix + name,
      fields: fieldsOf(attributes),
    })),
  };
}

function byType<Of>(all: Readonly<Record<string, Of>>, map: (one: Of, name: string) => unknown) {
  return Object.fromEntries(
    Object.entries(all).map(([name, one]) => [`${terraformProvider}_${name}`, map(one, name)]),
  );
}

/** The first kind that declares a resource type as its counterpart: a repository before its settings. */
function kindOf(name: string): Kind {
  const kind = kinds.find(({ terraform }) => terraform.drFaust92?.includes(name));
  if (!kind) throw new Error(`No kind corresponds to ${terraformProvider}_${name}.`);
  return kind;
}

function schemasOf(attributes: AttributeTypes): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(attributes).map(([attribute, given]) => [attribute, schemaOf(given)]),
  );
}

function schemaOf(given: Attribute): unknown {
  if (isBlock(given))
    return {
      type: given.isSingle ? types.list : types.set,
      optional: true,
      element: { resource: schemasOf(given.block) },
      ...(given.isSingle ? { maxItems: 1 } : {}),
    };
  const type = typeof given === "string" ? given : given[0];
  const isMany = type === "set" || type === "list";
  return {
    type: types[type],
    optional: true,
    ...(isMany ? { element: { schema: { type: types.string } } } : {}),
  };
}

interface FieldInfo {
  readonly name?: string;
  readonly maxItemsOne?: boolean;
  readonly fields?: Readonly<Record<string, FieldInfo>>;
  readonly element?: { readonly fields: Readonly<Record<string, FieldInfo>> };
}

function fieldsOf(attributes: AttributeTypes): Record<string, FieldInfo> {
  return Object.fromEntries(
    Object.entries(attributes).map(([attribute, given]) => [attribute, fieldOf(attribute, given)]),
  );
}

function fieldOf(attribute: string, given: Attribute): FieldInfo {
  if (!isBlock(given)) return { name: typeof given === "string" ? camel(attribute) : given[1] };
  const fields = fieldsOf(given.block);
  return {
    name: given.name ?? camel(attribute),
    // The bridge looks below `element` in either case, the converter below `fields` where it makes an object.
    ...(given.isSingle ? { maxItemsOne: true, fields } : {}),
    element: { fields },
  };
}

function isBlock(given: Attribute): given is Block {
  return typeof given === "object" && "block" in given;
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
