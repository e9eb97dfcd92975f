/** What the Terraform providers DrFaust92/bitbucket and zahiar/bitbucket call the same things, without `bitbucket_`. */
export const peers: Readonly<Record<string, readonly [drFaust92: string, zahiar: string]>> = {
  Project: ["project", "project"],
  Repository: ["repository forked_repository", "repository"],
  OverrideSettings: ["repository", ""],
  PipelinesConfig: ["repository", "repository"],
  DeploymentEnvironment: ["deployment", "deployment"],
  ProjectUserPermission: ["project_user_permission", ""],
  ProjectGroupPermission: ["project_group_permission", ""],
  RepositoryUserPermission: ["repository_user_permission", "user_permission"],
  RepositoryGroupPermission: ["repository_group_permission", "group_permission"],
  Branch: ["", ""],
  Tag: ["", ""],
  RepositoryFile: ["commit_file", ""],
  Download: ["", ""],
  BranchingModel: ["branching_model project_branching_model", ""],
  BranchRestriction: ["branch_restriction", "branch_restriction"],
  DefaultReviewer: ["default_reviewers project_default_reviewers", "default_reviewer"],
  Webhook: ["hook workspace_hook", "webhook"],
  DeployKey: ["deploy_key", "deploy_key"],
  PipelineVariable: [
    "workspace_variable repository_variable deployment_variable",
    "pipeline_variable deployment_variable",
  ],
  PipelineSchedule: ["pipeline_schedule", ""],
  PipelineSshKeyPair: ["pipeline_ssh_key", "pipeline_key_pair"],
  PipelineKnownHost: ["pipeline_ssh_known_host", ""],
  Runner: ["", ""],
  SshKey: ["ssh_key", ""],
  GpgKey: ["gpg_key", ""],
};

/** Their kinds that have no counterpart, and why. */
export const withoutCounterpart = [
  "`bitbucket_group`, `bitbucket_group_membership`, `bitbucket_group_member`: version 2.0 of the API has no endpoint for groups. The providers use the old 1.0 API, which takes a scope that no API token can have, and which is dead for workspaces on admin.atlassian.com. Permissions and branch restrictions refer to groups by their slugs.",
  "Branch restrictions of a project: the API has no public endpoint for them.",
];
