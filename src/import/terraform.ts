/**
 * The state of the two Terraform providers for Bitbucket (DrFaust92's and zahiar's; aeirola's has the types of the first),
 * as a choice among what lives in the workspace. What is live counts; the state says what is managed, and what the API
 * does not show.
 */
import { z } from "zod";
import * as all from "../kinds";
import type { Found, Kind, Values } from "../kinds/kind";
import type { Surveyed } from "../live";

const stateSchema = z.object({
  version: z.literal(
    4,
    "is not a Terraform state of version 4: run `terraform state pull` with Terraform 0.12 or later",
  ),
  resources: z.array(
    z.object({
      module: z.string().optional(),
      mode: z.string(),
      type: z.string(),
      name: z.string(),
      instances: z.array(
        z.object({
          index_key: z.union([z.string(), z.number()]).optional(),
          attributes: z.record(z.string(), z.unknown()).nullish(),
        }),
      ),
    }),
  ),
});

type Attributes = Readonly<Record<string, unknown>>;

/** What a resource of Terraform stands for. */
interface Mapping {
  readonly kind: Kind;
  /** Whether a live object below the right owner is the one. Default: its id is the resource's. */
  readonly is?: (found: Found, attributes: Attributes) => boolean;
  /** The field that the API does not show, and the attribute that holds it. */
  readonly secret?: readonly [field: string, attribute: string];
}

const named =
  (field: string, ...attributes: string[]) =>
  (found: Found, given: Attributes) =>
    attributes.some((name) => text(given[name]) !== undefined && text(given[name]) === found.args[field]);

const there = () => true;
const variable: Mapping = {
  kind: all.pipelineVariable,
  is: named("key", "key"),
  secret: ["value", "value"],
};
const hook: Mapping = { kind: all.webhook, is: idOr(named("url", "url")), secret: ["secret", "secret"] };
const keyPair: Mapping = { kind: all.pipelineSshKeyPair, is: there, secret: ["privateKey", "private_key"] };
const reviewers: Mapping = {
  kind: all.defaultReviewer,
  is: (found, given) => [given.reviewers, given.user, given.uuid].flat().some((user) => user === found.id),
};

const mappings: Readonly<Record<string, readonly Mapping[]>> = {
  bitbucket_project: [{ kind: all.project, is: named("key", "key") }],
  bitbucket_repository: [
    { kind: all.repository, is: there },
    { kind: all.overrideSettings, is: there },
  ],
  bitbucket_forked_repository: [{ kind: all.repository, is: there }],
  bitbucket_branch_restriction: [{ kind: all.branchRestriction }],
  bitbucket_branching_model: [{ kind: all.branchingModel, is: there }],
  bitbucket_project_branching_model: [{ kind: all.branchingModel, is: there }],
  bitbucket_default_reviewers: [reviewers],
  bitbucket_project_default_reviewers: [reviewers],
  bitbucket_default_reviewer: [reviewers],
  bitbucket_repository_user_permission: [
    { kind: all.repositoryUserPermission, is: named("user", "user_id", "user", "user_uuid") },
  ],
  bitbucket_user_permission: [
    { kind: all.repositoryUserPermission, is: named("user", "user", "user_id", "user_uuid") },
  ],
  bitbucket_project_user_permission: [
    { kind: all.projectUserPermission, is: named("user", "user_id", "user") },
  ],
  bitbucket_repository_group_permission: [
    { kind: all.repositoryGroupPermission, is: named("group", "group_slug", "group") },
  ],
  bitbucket_group_permission: [
    { kind: all.repositoryGroupPermission, is: named("group", "group", "group_slug") },
  ],
  bitbucket_project_group_permission: [
    { kind: all.projectGroupPermission, is: named("group", "group_slug", "group") },
  ],
  bitbucket_hook: [hook],
  bitbucket_workspace_hook: [hook],
  bitbucket_webhook: [hook],
  bitbucket_deploy_key: [
    {
      kind: all.deployKey,
      is: (found, given) => [given.key_id, given.id].some((id) => lastOf(id) === found.id),
    },
  ],
  bitbucket_workspace_variable: [variable],
  bitbucket_repository_variable: [variable],
  bitbucket_pipeline_variable: [variable],
  bitbucket_deployment_variable: [variable],
  bitbucket_deployment: [{ kind: all.deploymentEnvironment, is: idOr(named("name", "name")) }],
  bitbucket_pipeline_schedule: [{ kind: all.pipelineSchedule }],
  bitbucket_pipeline_ssh_key: [keyPair],
  bitbucket_pipeline_key_pair: [keyPair],
  bitbucket_pipeline_ssh_known_host: [{ kind: all.pipelineKnownHost }],
  bitbucket_ssh_key: [{ kind: all.sshKey }],
  bitbucket_gpg_key: [{ kind: all.gpgKey }],
};

/** Why a type has no counterpart. */
const without: Readonly<Record<string, string>> = {
  bitbucket_group: "version 2.0 of the API has no endpoint for groups; refer to them by their slugs",
  bitbucket_group_membership: "version 2.0 of the API has no endpoint for groups' members",
  bitbucket_group_member: "version 2.0 of the API has no endpoint for groups' members",
  bitbucket_commit_file:
    "the state knows a commit, not the file as it is: declare it under files (RepositoryFile) with its content",
};

/** A managed resource of a Terraform state, and where its object is. */
export interface TerraformResource {
  /** `module.team.bitbucket_hook.ci["api"]` */
  readonly address: string;
  readonly workspace: string | undefined;
  /** A slug. */
  readonly repository: string | undefined;
  /** A project's key. */
  readonly project: string | undefined;
  /** The UUID of an environment. */
  readonly environment: string | undefined;
  readonly mapping: readonly Mapping[];
  readonly attributes: Attributes;
}

export interface TerraformState {
  readonly resources: readonly TerraformResource[];
  /** What has no counterpart, a line each. */
  readonly without: readonly string[];
}

/** @throws {Error} where the text is no Terraform state. */
export function readTerraform(content: string, file = "the file"): TerraformState {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch {
    throw new Error(`${file} is no JSON. Give what "terraform state pull" prints.`);
  }
  const state = stateSchema.safeParse(parsed);
  if (!state.success) throw new Error(`${file}: ${z.prettifyError(state.error)}`);
  const resources: TerraformResource[] = [];
  const lines: string[] = [];
  for (const { module, mode, type, name, instances } of state.data.resources) {
    if (mode !== "managed" || !type.startsWith("bitbucket_")) continue;
    for (const { index_key: index, attributes } of instances) {
      const address = [module, `${type}.${name}${index === undefined ? "" : `[${JSON.stringify(index)}]`}`]
        .filter(Boolean)
        .join(".");
      const mapping = mappings[type];
      if (!mapping) lines.push(`${address}: ${without[type] ?? "there is no such kind here"}`);
      else
        resources.push({
          address,
          mapping,
          attributes: attributes ?? {},
          ...placeOf(type, attributes ?? {}),
        });
    }
  }
  return { resources, without: lines };
}

/** The providers name owners in several ways, and put them into ids: `workspace/repository`, `workspace/repository:{uuid}`. */
function placeOf(type: string, given: Attributes) {
  const deployment = text(given.deployment)?.startsWith("{") ? undefined : text(given.deployment);
  const [path = "", environment] = splitAt(deployment ?? text(given.repository) ?? "", ":");
  const [owner, slug] = path.includes("/") ? path.split("/") : [undefined, path];
  const isRepository = type === "bitbucket_repository" || type === "bitbucket_forked_repository";
  const isProject = type.startsWith("bitbucket_project");
  const own = isRepository ? text(given.slug) || lastOf(given.id) || text(given.name) : undefined;
  return {
    workspace: text(given.workspace) ?? text(given.owner) ?? owner,
    repository: isProject ? undefined : (own ?? text(given.repo_slug) ?? (slug || undefined)),
    project: isProject ? (text(given.project_key) ?? text(given.project) ?? text(given.key)) : undefined,
    environment:
      environment ?? (text(given.deployment)?.startsWith("{") ? text(given.deployment) : undefined),
  };
}

export interface TerraformChoice {
  readonly objects: readonly Surveyed[];
  /** Values that the API does not show, from the state. */
  readonly secrets: ReadonlyMap<Surveyed, Values>;
  /** Resources of the state that are not there, a line each. */
  readonly missing: readonly string[];
}

/** The live objects that a Terraform state manages, with what they belong to. */
export function chosenBy({ resources }: TerraformState, objects: readonly Surveyed[]): TerraformChoice {
  const chosen = new Set<Surveyed>();
  const secrets = new Map<Surveyed, Values>();
  const missing: string[] = [];
  for (const resource of resources) {
    let found = false;
    for (const { kind, is = hasId, secret } of resource.mapping) {
      for (const object of objects) {
        if (object.kind !== kind || !isBelow(object, resource) || !is(object.found, resource.attributes))
          continue;
        found = true;
        for (let at: Surveyed | undefined = object; at; at = at.owner) chosen.add(at);
        const value = secret && text(resource.attributes[secret[1]]);
        if (secret && value && object.found.args[secret[0]] === undefined)
          secrets.set(object, { [secret[0]]: value });
      }
    }
    if (!found) missing.push(`${resource.address}: was not found in the workspace`);
  }
  return { objects: objects.filter((one) => chosen.has(one)), secrets, missing };
}

function isBelow(object: Surveyed, { repository, project, environment }: TerraformResource): boolean {
  const { kind, found, owner } = object;
  if (kind === all.repository) return found.args.slug === repository;
  if (kind === all.project) return found.args.key === project;
  if (owner?.kind === all.deploymentEnvironment)
    return owner.found.id === environment && owner.owner?.found.args.slug === repository;
  if (environment !== undefined) return false;
  if (owner?.kind === all.repository) return owner.found.args.slug === repository;
  if (owner?.kind === all.project) return owner.found.args.key === project && repository === undefined;
  return repository === undefined && project === undefined;
}

function hasId(found: Found, given: Attributes): boolean {
  return [given.uuid, given.id, given.fingerprint].some((id) => id !== undefined && lastOf(id) === found.id);
}

function idOr(other: (found: Found, given: Attributes) => boolean) {
  return (found: Found, given: Attributes) => hasId(found, given) || other(found, given);
}

function lastOf(id: unknown): string | undefined {
  if (typeof id === "number") return String(id);
  return typeof id === "string" ? id.split(/[/:]/).at(-1) : undefined;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

function splitAt(whole: string, mark: string): [string, string | undefined] {
  const at = whole.indexOf(mark);
  return at < 0 ? [whole, undefined] : [whole.slice(0, at), whole.slice(at + 1)];
}
