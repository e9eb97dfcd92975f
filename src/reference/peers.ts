/** What of the Terraform providers DrFaust92/bitbucket and zahiar/bitbucket, has no counterpart here. */

/** Their kinds that have no counterpart, and why. */
export const withoutCounterpart = [
  "`bitbucket_group`, `bitbucket_group_membership`, `bitbucket_group_member`: version 2.0 of the API has no endpoint for groups. The providers use the old 1.0 API, which takes a scope that no API token can have, and which is dead for workspaces on admin.atlassian.com. Permissions and branch restrictions refer to groups by their slugs.",
  "Branch restrictions of a project: the API has no public endpoint for them.",
];
