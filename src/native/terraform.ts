/**
 * What DrFaust92's Terraform provider calls the same things, for `pulumi convert --from terraform`.
 * https://registry.terraform.io/providers/DrFaust92/bitbucket/latest/docs
 *
 * The form is that of https://github.com/pulumi/pulumi-terraform-bridge (MarshallableProviderInfo).
 */

import * as kinds from "../kinds";
import type { Kind } from "../kinds/kind";
import { nativePackage, nativePrefix, nativeToken } from "../model/typeToken";
import { version } from "./version";

/** Its name in a program's `required_providers`, and what its types begin with. */
export const terraformProvider = "bitbucket";

/** `shim.ValueType` of the bridge. */
const types = { bool: 1, int: 2, string: 4, list: 5, map: 6, set: 7 } as const;

/** An attribute: its type, and what it is called here where that is not its own name in camelCase. */
type Attribute = keyof typeof types | readonly [type: keyof typeof types, name: string];

interface Counterpart {
  readonly kind: Kind;
  readonly attributes: Readonly<Record<string, Attribute>>;
}

const inRepository: Counterpart["attributes"] = { workspace: "string", repository: "string" };
const ownedRepository: Counterpart["attributes"] = { owner: ["string", "workspace"], repository: "string" };
const repositoryBySlug: Counterpart["attributes"] = {
  workspace: "string",
  repo_slug: ["string", "repository"],
};
const projectByKey: Counterpart["attributes"] = { workspace: "string", project_key: ["string", "project"] };
const variable: Counterpart["attributes"] = {
  key: "string",
  value: "string",
  secured: "bool",
  uuid: "string",
};
const hook: Counterpart["attributes"] = {
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
const repository: Counterpart["attributes"] = {
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
};
const user: Counterpart["attributes"] = { user_id: ["string", "user"], permission: "string" };
const group: Counterpart["attributes"] = { group_slug: ["string", "group"], permission: "string" };

/** Its resource types that one kind stands for, without `bitbucket_`. */
const counterparts: Readonly<Record<string, Counterpart>> = {
  project: {
    kind: kinds.project,
    attributes: {
      owner: ["string", "workspace"],
      key: "string",
      name: "string",
      is_private: "bool",
      description: "string",
      uuid: "string",
      has_publicly_visible_repos: "bool",
    },
  },
  repository: { kind: kinds.repository, attributes: repository },
  forked_repository: { kind: kinds.repository, attributes: repository },
  commit_file: {
    kind: kinds.repositoryFile,
    attributes: {
      ...repositoryBySlug,
      filename: ["string", "path"],
      content: "string",
      branch: "string",
      commit_message: ["string", "message"],
      commit_author: ["string", "author"],
    },
  },
  branch_restriction: {
    kind: kinds.branchRestriction,
    attributes: {
      ...ownedRepository,
      kind: "string",
      pattern: "string",
      branch_type: "string",
      value: "int",
      users: "set",
    },
  },
  branching_model: {
    kind: kinds.branchingModel,
    attributes: { ...ownedRepository, default_branch_deletion: "bool" },
  },
  project_branching_model: {
    kind: kinds.branchingModel,
    attributes: { workspace: "string", project: "string" },
  },
  repository_user_permission: {
    kind: kinds.repositoryUserPermission,
    attributes: { ...repositoryBySlug, ...user },
  },
  repository_group_permission: {
    kind: kinds.repositoryGroupPermission,
    attributes: { ...repositoryBySlug, ...group },
  },
  project_user_permission: { kind: kinds.projectUserPermission, attributes: { ...projectByKey, ...user } },
  project_group_permission: { kind: kinds.projectGroupPermission, attributes: { ...projectByKey, ...group } },
  hook: { kind: kinds.webhook, attributes: { ...ownedRepository, ...hook } },
  workspace_hook: { kind: kinds.webhook, attributes: { workspace: "string", ...hook } },
  deploy_key: {
    kind: kinds.deployKey,
    attributes: { ...inRepository, key: "string", label: "string", key_id: "string", comment: "string" },
  },
  ssh_key: { kind: kinds.sshKey, attributes: { key: "string", label: "string", uuid: "string" } },
  gpg_key: {
    kind: kinds.gpgKey,
    attributes: { key: "string", name: "string", fingerprint: "string", key_id: "string" },
  },
  workspace_variable: { kind: kinds.pipelineVariable, attributes: { workspace: "string", ...variable } },
  repository_variable: { kind: kinds.pipelineVariable, attributes: { ...inRepository, ...variable } },
  deployment_variable: {
    kind: kinds.pipelineVariable,
    attributes: { deployment: ["string", "environment"], ...variable },
  },
  deployment: {
    kind: kinds.deploymentEnvironment,
    attributes: { repository: "string", name: "string", stage: ["string", "type"], uuid: "string" },
  },
  pipeline_schedule: {
    kind: kinds.pipelineSchedule,
    attributes: { ...inRepository, enabled: "bool", cron_pattern: "string", uuid: "string" },
  },
  pipeline_ssh_key: {
    kind: kinds.pipelineSshKeyPair,
    attributes: { ...inRepository, private_key: "string", public_key: "string" },
  },
  pipeline_ssh_known_host: {
    kind: kinds.pipelineKnownHost,
    attributes: { ...inRepository, hostname: "string", uuid: "string" },
  },
};

/** Its data sources that a look-up stands for. */
const dataSources: Readonly<
  Record<string, { readonly name: string; readonly attributes: Counterpart["attributes"] }>
> = {
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

/** What `pulumi convert` gets. */
export function terraformMapping(): unknown {
  const shims = (all: Readonly<Record<string, { readonly attributes: Counterpart["attributes"] }>>) =>
    Object.fromEntries(
      Object.entries(all).map(([name, { attributes }]) => [
        `${terraformProvider}_${name}`,
        Object.fromEntries(
          Object.entries(attributes).map(([attribute, given]) => [
            attribute,
            schemaOf(typeof given === "string" ? given : given[0]),
          ]),
        ),
      ]),
    );
  const tokens = <Of extends { readonly attributes: Counterpart["attributes"] }>(
    all: Readonly<Record<string, Of>>,
    token: (one: Of) => string,
  ) =>
    Object.fromEntries(
      Object.entries(all).map(([name, one]) => [
        `${terraformProvider}_${name}`,
        { tok: token(one), fields: fieldsOf(one.attributes) },
      ]),
    );
  return {
    provider: { schema: {}, resources: shims(counterparts), dataSources: shims(dataSources) },
    name: nativePackage,
    version,
    resources: tokens(counterparts, ({ kind }) => nativeToken(kind)),
    dataSources: tokens(dataSources, ({ name }) => nativePrefix + name),
  };
}

function schemaOf(type: keyof typeof types): unknown {
  const isMany = type === "set" || type === "list";
  return {
    type: types[type],
    optional: true,
    ...(isMany ? { element: { schema: { type: types.string } } } : {}),
  };
}

function fieldsOf(attributes: Counterpart["attributes"]): Record<string, { readonly name: string }> {
  return Object.fromEntries(
    Object.entries(attributes).map(([attribute, given]) => [
      attribute,
      { name: typeof given === "string" ? camel(attribute) : given[1] },
    ]),
  );
}

function camel(name: string): string {
  return name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());
}
