/** Default reviewers and permissions. */
import { links, projectLevel, repositoryLevel } from "./common";
import { collection, nothing, paging } from "./operation";
import { choice, named, object, page, ref } from "./schema";

const shownRepositoryLevel = choice("read", "write", "admin", "none");
const shownProjectLevel = choice("read", "write", "create-repo", "admin", "none");

export const schemas = {
  default_reviewer_and_type: object({
    type: named("default_reviewer_and_type"),
    reviewer_type: choice("repository", "project"),
    user: ref("user"),
  }),
  repository_user_permission: object({
    type: named("repository_user_permission"),
    permission: shownRepositoryLevel,
    user: ref("user"),
    repository: ref("repository_reference"),
    links: links("self"),
  }),
  repository_group_permission: object({
    type: named("repository_group_permission"),
    permission: shownRepositoryLevel,
    group: ref("group"),
    repository: ref("repository_reference"),
    links: links("self"),
  }),
  project_user_permission: object({
    type: named("project_user_permission"),
    permission: shownProjectLevel,
    user: ref("user"),
    project: ref("project_reference"),
    links: links("self"),
  }),
  project_group_permission: object({
    type: named("project_group_permission"),
    permission: shownProjectLevel,
    group: ref("group"),
    project: ref("project_reference"),
    links: links("self"),
  }),
} as const;

/** These collections have no `q`. 402 is the limit of a plan's users. */
const repositoryUser = ref("repository_user_permission");
const repositoryGroup = ref("repository_group_permission");
const projectUser = ref("project_user_permission");
const projectGroup = ref("project_group_permission");
const repositoryBody = object({ permission: repositoryLevel });
const projectBody = object({ permission: projectLevel });

export const paths = {
  "/repositories/{workspace}/{repo_slug}/effective-default-reviewers": {
    get: collection(ref("default_reviewer_and_type")),
  },
  "/repositories/{workspace}/{repo_slug}/default-reviewers": { get: collection(ref("user")) },
  "/repositories/{workspace}/{repo_slug}/default-reviewers/{target_username}": {
    get: { 200: ref("user") },
    put: { 200: ref("user") },
    delete: { 204: nothing },
  },
  "/workspaces/{workspace}/projects/{project_key}/default-reviewers": {
    get: collection(ref("default_reviewer_and_type")),
  },
  "/workspaces/{workspace}/projects/{project_key}/default-reviewers/{selected_user}": {
    get: { 200: ref("user") },
    put: { 200: ref("user") },
    delete: { 204: nothing },
  },
  "/repositories/{workspace}/{repo_slug}/permissions-config/users": {
    get: { query: paging, 200: page(repositoryUser) },
  },
  "/repositories/{workspace}/{repo_slug}/permissions-config/users/{selected_user_id}": {
    get: { 200: repositoryUser },
    put: { body: repositoryBody, errors: [402], 200: repositoryUser },
    delete: { 204: nothing },
  },
  "/repositories/{workspace}/{repo_slug}/permissions-config/groups": {
    get: { query: paging, 200: page(repositoryGroup) },
  },
  "/repositories/{workspace}/{repo_slug}/permissions-config/groups/{group_slug}": {
    get: { 200: repositoryGroup },
    put: { body: repositoryBody, errors: [402], 200: repositoryGroup },
    delete: { 204: nothing },
  },
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/users": {
    get: { query: paging, 200: page(projectUser) },
  },
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/users/{selected_user_id}": {
    get: { 200: projectUser },
    put: { body: projectBody, errors: [402], 200: projectUser },
    delete: { 204: nothing },
  },
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/groups": {
    get: { query: paging, 200: page(projectGroup) },
  },
  "/workspaces/{workspace}/projects/{project_key}/permissions-config/groups/{group_slug}": {
    get: { 200: projectGroup },
    put: { body: projectBody, errors: [402], 200: projectGroup },
    delete: { 204: nothing },
  },
} as const;
