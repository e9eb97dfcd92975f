/** Branch restrictions and branching models. */
import { links } from "./common";
import { collection, nothing, querying } from "./operation";
import { choice, flag, integer, list, named, nullable, object, ref, text, uuid } from "./schema";

const kind = choice(
  "push",
  "delete",
  "force",
  "restrict_merges",
  "require_tasks_to_be_completed",
  "require_approvals_to_merge",
  "require_review_group_approvals_to_merge",
  "require_default_reviewer_approvals_to_merge",
  "require_no_changes_requested",
  "require_passing_builds_to_merge",
  "require_commits_behind",
  "reset_pullrequest_approvals_on_change",
  "smart_reset_pullrequest_approvals",
  "reset_pullrequest_changes_requested_on_change",
  "require_all_dependencies_merged",
  "enforce_merge_checks",
  "allow_auto_merge_when_builds_pass",
  "require_all_comments_resolved",
);
const branchType = choice("feature", "bugfix", "release", "hotfix", "development", "production");
const matchKind = choice("branching_model", "glob");
const prefixed = choice("feature", "bugfix", "release", "hotfix");

const written = {
  branch_match_kind: matchKind,
  branch_type: branchType,
  pattern: text,
  value: nullable(integer),
  users: list(object({ uuid }, { type: text })),
  groups: list(object({ slug: text }, { type: text })),
} as const;

const branch = object({
  type: named("branch"),
  name: text,
  target: ref("commit_reference"),
});
const target = object({ name: nullable(text), use_mainbranch: flag }, { branch });
const types = list(object({ kind: prefixed, prefix: text }));
const effective = { development: target, branch_types: types } as const;

const development = object({ name: nullable(text), use_mainbranch: flag, is_valid: flag });
const production = object({ name: nullable(text), use_mainbranch: flag, is_valid: flag, enabled: flag });
const settings = {
  development,
  production,
  branch_types: list(object({ kind: prefixed, prefix: text }, { enabled: flag })),
  default_branch_deletion: flag,
} as const;

export const schemas = {
  branchrestriction: object(
    {
      type: named("branchrestriction"),
      id: integer,
      kind,
      branch_match_kind: matchKind,
      pattern: text,
      value: nullable(integer),
      users: list(ref("user")),
      groups: list(ref("group")),
      links: links("self"),
    },
    { branch_type: branchType },
  ),
  branching_model_settings: object({
    type: named("branching_model_settings"),
    ...settings,
    links: links("self"),
  }),
  branching_model: object({ type: named("branching_model"), ...effective }, { production: target }),
  effective_repo_branching_model: object(
    { type: named("effective_repository_branching_model"), ...effective },
    { production: target },
  ),
  project_branching_model: object({ type: named("project_branching_model"), ...settings }),
} as const;

const model = {
  get: { 200: ref("branching_model_settings") },
  put: {
    body: object(
      {},
      {
        development: object({}, { name: nullable(text), use_mainbranch: flag }),
        production: object({}, { name: nullable(text), use_mainbranch: flag, enabled: flag }),
        branch_types: list(object({ kind: prefixed }, { prefix: text, enabled: flag })),
        default_branch_deletion: flag,
      },
    ),
    200: ref("branching_model_settings"),
  },
} as const;

export const paths = {
  "/repositories/{workspace}/{repo_slug}/branch-restrictions": {
    get: { ...collection(ref("branchrestriction")), query: { ...querying, kind, pattern: text } },
    // 500 is the service's observed response to an empty list of groups beside users.
    post: { body: object({ kind }, written), errors: [409, 500], 201: ref("branchrestriction") },
  },
  "/repositories/{workspace}/{repo_slug}/branch-restrictions/{id}": {
    get: { 200: ref("branchrestriction") },
    put: { body: object({}, { kind, ...written }), errors: [409, 500], 200: ref("branchrestriction") },
    delete: { 204: nothing },
  },
  "/repositories/{workspace}/{repo_slug}/branching-model/settings": model,
  "/workspaces/{workspace}/projects/{project_key}/branching-model/settings": model,
  "/repositories/{workspace}/{repo_slug}/branching-model": { get: { 200: ref("branching_model") } },
  "/repositories/{workspace}/{repo_slug}/effective-branching-model": {
    get: { 200: ref("effective_repo_branching_model") },
  },
  "/workspaces/{workspace}/projects/{project_key}/branching-model": {
    get: { 200: ref("project_branching_model") },
  },
} as const;

/** From the published types: see `published.mts`. */
export const differences = {
  "branching_model_settings.default_branch_deletion": "told of in prose and example",
  "project_branching_model.default_branch_deletion": "told of in prose and example",
} as const;
