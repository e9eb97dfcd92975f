/** What each operation asks of a credential, from the API's OpenAPI document: granular scopes, then legacy ones. */
export const operationScopes: Readonly<Record<string, readonly [granular: string, legacy: string]>> = {
  "GET /addon/{addon_key}/client-key": ["admin:workspace:bitbucket", ""],
  "GET /repositories": ["read:repository:bitbucket", "repository"],
  "GET /repositories/{workspace}": ["read:repository:bitbucket", "repository"],
  "GET /repositories/{workspace}/{repo_slug}": ["read:repository:bitbucket", "repository"],
  "PUT /repositories/{workspace}/{repo_slug}": ["admin:repository:bitbucket", "repository:admin"],
  "POST /repositories/{workspace}/{repo_slug}": ["admin:repository:bitbucket", "repository:admin"],
  "DELETE /repositories/{workspace}/{repo_slug}": ["delete:repository:bitbucket", "repository:delete"],
  "GET /repositories/{workspace}/{repo_slug}/branch-restrictions": [
    "admin:repository:bitbucket",
    "repository:admin",
  ],
  "POST /repositories/{workspace}/{repo_slug}/branch-restrictions": [
    "admin:repository:bitbucket",
    "repository:admin",
  ],
  "GET /repositories/{workspace}/{repo_slug}/branch-restrictions/{id}": [
    "admin:repository:bitbucket",
    "repository:admin",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/branch-restrictions/{id}": [
    "admin:repository:bitbucket",
    "repository:admin",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/branch-restrictions/{id}": [
    "admin:repository:bitbucket",
    "repository:admin",
  ],
  "GET /repositories/{workspace}/{repo_slug}/branching-model": ["read:repository:bitbucket", "repository"],
  "GET /repositories/{workspace}/{repo_slug}/branching-model/settings": [
    "admin:repository:bitbucket",
    "repository:admin",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/branching-model/settings": [
    "admin:repository:bitbucket",
    "repository:admin",
  ],
  "GET /repositories/{workspace}/{repo_slug}/commit/{commit}": ["read:repository:bitbucket", "repository"],
  "POST /repositories/{workspace}/{repo_slug}/commit/{commit}/approve": [
    "read:repository:bitbucket write:repository:bitbucket",
    "repository:write",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/commit/{commit}/approve": [
    "write:repository:bitbucket",
    "repository:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/commit/{commit}/comments": [
    "read:repository:bitbucket",
    "repository",
  ],
  "POST /repositories/{workspace}/{repo_slug}/commit/{commit}/comments": [
    "read:repository:bitbucket",
    "repository",
  ],
  "GET /repositories/{workspace}/{repo_slug}/commit/{commit}/comments/{comment_id}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/commit/{commit}/comments/{comment_id}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/commit/{commit}/comments/{comment_id}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "GET /repositories/{workspace}/{repo_slug}/commit/{commit}/properties/{app_key}/{property_name}": [
    "admin:workspace:bitbucket",
    "",
  ],
  "GET /repositories/{workspace}/{repo_slug}/commit/{commit}/pullrequests": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "GET /repositories/{workspace}/{repo_slug}/commit/{commit}/reports": [
    "read:repository:bitbucket",
    "repository",
  ],
  "GET /repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "GET /repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations": [
    "read:repository:bitbucket",
    "repository",
  ],
  "POST /repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations": [
    "read:repository:bitbucket",
    "repository",
  ],
  "GET /repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations/{annotationId}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations/{annotationId}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/commit/{commit}/reports/{reportId}/annotations/{annotationId}":
    ["read:repository:bitbucket", "repository"],
  "GET /repositories/{workspace}/{repo_slug}/commit/{commit}/statuses": [
    "read:repository:bitbucket",
    "repository",
  ],
  "POST /repositories/{workspace}/{repo_slug}/commit/{commit}/statuses/build": [
    "read:repository:bitbucket",
    "repository",
  ],
  "GET /repositories/{workspace}/{repo_slug}/commit/{commit}/statuses/build/{key}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/commit/{commit}/statuses/build/{key}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "GET /repositories/{workspace}/{repo_slug}/commits": ["read:repository:bitbucket", "repository"],
  "POST /repositories/{workspace}/{repo_slug}/commits": ["read:repository:bitbucket", "repository"],
  "GET /repositories/{workspace}/{repo_slug}/commits/{revision}": ["read:repository:bitbucket", "repository"],
  "POST /repositories/{workspace}/{repo_slug}/commits/{revision}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "GET /repositories/{workspace}/{repo_slug}/components": ["read:issue:bitbucket", "issue"],
  "GET /repositories/{workspace}/{repo_slug}/components/{component_id}": ["read:issue:bitbucket", "issue"],
  "GET /repositories/{workspace}/{repo_slug}/default-reviewers": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "GET /repositories/{workspace}/{repo_slug}/default-reviewers/{target_username}": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/default-reviewers/{target_username}": [
    "admin:repository:bitbucket",
    "repository:admin",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/default-reviewers/{target_username}": [
    "admin:repository:bitbucket",
    "repository:admin",
  ],
  "GET /repositories/{workspace}/{repo_slug}/deploy-keys": [
    "admin:repository:bitbucket",
    "repository repository:admin",
  ],
  "POST /repositories/{workspace}/{repo_slug}/deploy-keys": [
    "admin:repository:bitbucket write:ssh-key:bitbucket",
    "repository repository:admin",
  ],
  "GET /repositories/{workspace}/{repo_slug}/deploy-keys/{key_id}": [
    "admin:repository:bitbucket",
    "repository repository:admin",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/deploy-keys/{key_id}": [
    "admin:repository:bitbucket write:ssh-key:bitbucket",
    "repository repository:admin",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/deploy-keys/{key_id}": [
    "admin:repository:bitbucket delete:ssh-key:bitbucket",
    "repository repository:admin",
  ],
  "GET /repositories/{workspace}/{repo_slug}/deployments": ["read:pipeline:bitbucket", "pipeline"],
  "GET /repositories/{workspace}/{repo_slug}/deployments/{deployment_uuid}": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "GET /repositories/{workspace}/{repo_slug}/deployments_config/environments/{environment_uuid}/variables": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "POST /repositories/{workspace}/{repo_slug}/deployments_config/environments/{environment_uuid}/variables": [
    "admin:pipeline:bitbucket",
    "pipeline:variable",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/deployments_config/environments/{environment_uuid}/variables/{variable_uuid}":
    ["admin:pipeline:bitbucket", "pipeline:variable"],
  "DELETE /repositories/{workspace}/{repo_slug}/deployments_config/environments/{environment_uuid}/variables/{variable_uuid}":
    ["admin:pipeline:bitbucket", "pipeline:variable"],
  "GET /repositories/{workspace}/{repo_slug}/diff/{spec}": ["read:repository:bitbucket", "repository"],
  "GET /repositories/{workspace}/{repo_slug}/diffstat/{spec}": ["read:repository:bitbucket", "repository"],
  "GET /repositories/{workspace}/{repo_slug}/downloads": ["read:repository:bitbucket", "repository"],
  "POST /repositories/{workspace}/{repo_slug}/downloads": ["write:repository:bitbucket", "repository:write"],
  "GET /repositories/{workspace}/{repo_slug}/downloads/{filename}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/downloads/{filename}": [
    "write:repository:bitbucket",
    "repository:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/effective-branching-model": [
    "read:repository:bitbucket",
    "repository",
  ],
  "GET /repositories/{workspace}/{repo_slug}/effective-default-reviewers": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "GET /repositories/{workspace}/{repo_slug}/environments": ["read:pipeline:bitbucket", "pipeline"],
  "POST /repositories/{workspace}/{repo_slug}/environments": ["admin:pipeline:bitbucket", "pipeline"],
  "GET /repositories/{workspace}/{repo_slug}/environments/{environment_uuid}": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/environments/{environment_uuid}": [
    "admin:pipeline:bitbucket",
    "pipeline",
  ],
  "POST /repositories/{workspace}/{repo_slug}/environments/{environment_uuid}/changes": [
    "admin:pipeline:bitbucket",
    "pipeline",
  ],
  "GET /repositories/{workspace}/{repo_slug}/file-conflicts/{spec}": ["", "repository"],
  "GET /repositories/{workspace}/{repo_slug}/filehistory/{commit}/{path}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "GET /repositories/{workspace}/{repo_slug}/forks": ["read:repository:bitbucket", "repository"],
  "POST /repositories/{workspace}/{repo_slug}/forks": [
    "read:repository:bitbucket write:repository:bitbucket",
    "repository:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/hooks": ["read:webhook:bitbucket", "webhook"],
  "POST /repositories/{workspace}/{repo_slug}/hooks": [
    "read:webhook:bitbucket write:webhook:bitbucket",
    "webhook",
  ],
  "GET /repositories/{workspace}/{repo_slug}/hooks/{uid}": ["read:webhook:bitbucket", "webhook"],
  "PUT /repositories/{workspace}/{repo_slug}/hooks/{uid}": [
    "read:webhook:bitbucket write:webhook:bitbucket",
    "webhook",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/hooks/{uid}": ["delete:webhook:bitbucket", "webhook"],
  "GET /repositories/{workspace}/{repo_slug}/issues": ["read:issue:bitbucket", "issue"],
  "POST /repositories/{workspace}/{repo_slug}/issues": [
    "read:issue:bitbucket write:issue:bitbucket",
    "issue:write",
  ],
  "POST /repositories/{workspace}/{repo_slug}/issues/export": [
    "read:issue:bitbucket",
    "issue repository:admin",
  ],
  "GET /repositories/{workspace}/{repo_slug}/issues/export/{repo_name}-issues-{task_id}.zip": [
    "read:issue:bitbucket",
    "issue repository:admin",
  ],
  "GET /repositories/{workspace}/{repo_slug}/issues/import": [
    "write:issue:bitbucket admin:repository:bitbucket",
    "issue:write repository:admin",
  ],
  "POST /repositories/{workspace}/{repo_slug}/issues/import": [
    "write:issue:bitbucket admin:repository:bitbucket",
    "issue:write repository:admin",
  ],
  "GET /repositories/{workspace}/{repo_slug}/issues/{issue_id}": ["read:issue:bitbucket", "issue"],
  "PUT /repositories/{workspace}/{repo_slug}/issues/{issue_id}": [
    "read:issue:bitbucket write:issue:bitbucket",
    "issue:write",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/issues/{issue_id}": ["delete:issue:bitbucket", "issue:write"],
  "GET /repositories/{workspace}/{repo_slug}/issues/{issue_id}/attachments": [
    "read:issue:bitbucket",
    "issue",
  ],
  "POST /repositories/{workspace}/{repo_slug}/issues/{issue_id}/attachments": [
    "write:issue:bitbucket",
    "issue:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/issues/{issue_id}/attachments/{path}": [
    "read:issue:bitbucket",
    "issue",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/issues/{issue_id}/attachments/{path}": [
    "write:issue:bitbucket",
    "issue:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/issues/{issue_id}/changes": ["read:issue:bitbucket", "issue"],
  "POST /repositories/{workspace}/{repo_slug}/issues/{issue_id}/changes": [
    "read:issue:bitbucket write:issue:bitbucket",
    "issue:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/issues/{issue_id}/changes/{change_id}": [
    "read:issue:bitbucket",
    "issue",
  ],
  "GET /repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments": ["read:issue:bitbucket", "issue"],
  "POST /repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments": [
    "read:issue:bitbucket write:issue:bitbucket",
    "issue:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments/{comment_id}": [
    "read:issue:bitbucket",
    "issue",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments/{comment_id}": [
    "read:issue:bitbucket write:issue:bitbucket",
    "issue:write",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/issues/{issue_id}/comments/{comment_id}": [
    "write:issue:bitbucket",
    "issue:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/issues/{issue_id}/vote": [
    "read:issue:bitbucket read:user:bitbucket",
    "account issue",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/issues/{issue_id}/vote": [
    "write:issue:bitbucket write:user:bitbucket",
    "account:write issue",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/issues/{issue_id}/vote": [
    "write:issue:bitbucket write:user:bitbucket",
    "account:write issue:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/issues/{issue_id}/watch": [
    "read:issue:bitbucket read:user:bitbucket",
    "account issue",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/issues/{issue_id}/watch": [
    "write:issue:bitbucket write:user:bitbucket",
    "account:write issue",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/issues/{issue_id}/watch": [
    "write:issue:bitbucket write:user:bitbucket",
    "account:write issue:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/merge-base/{revspec}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "GET /repositories/{workspace}/{repo_slug}/milestones": ["read:issue:bitbucket", "issue"],
  "GET /repositories/{workspace}/{repo_slug}/milestones/{milestone_id}": ["read:issue:bitbucket", "issue"],
  "GET /repositories/{workspace}/{repo_slug}/override-settings": [
    "admin:repository:bitbucket",
    "repository:admin",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/override-settings": [
    "admin:repository:bitbucket",
    "repository:admin",
  ],
  "GET /repositories/{workspace}/{repo_slug}/patch/{spec}": ["read:repository:bitbucket", "repository"],
  "GET /repositories/{workspace}/{repo_slug}/permissions-config/groups": [
    "read:repository:bitbucket",
    "repository:admin",
  ],
  "GET /repositories/{workspace}/{repo_slug}/permissions-config/groups/{group_slug}": [
    "read:repository:bitbucket",
    "repository:admin",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/permissions-config/groups/{group_slug}": [
    "admin:repository:bitbucket write:permission:bitbucket",
    "repository:admin",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/permissions-config/groups/{group_slug}": [
    "admin:repository:bitbucket delete:permission:bitbucket",
    "repository:admin",
  ],
  "GET /repositories/{workspace}/{repo_slug}/permissions-config/users": [
    "read:repository:bitbucket",
    "repository:admin",
  ],
  "GET /repositories/{workspace}/{repo_slug}/permissions-config/users/{selected_user_id}": [
    "read:repository:bitbucket",
    "repository:admin",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/permissions-config/users/{selected_user_id}": [
    "admin:repository:bitbucket write:permission:bitbucket",
    "repository:admin",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/permissions-config/users/{selected_user_id}": [
    "admin:repository:bitbucket delete:permission:bitbucket",
    "repository:admin",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines": ["read:pipeline:bitbucket", "pipeline"],
  "POST /repositories/{workspace}/{repo_slug}/pipelines": [
    "read:pipeline:bitbucket write:pipeline:bitbucket",
    "pipeline",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines-config/caches": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/pipelines-config/caches": [
    "write:pipeline:bitbucket",
    "pipeline:write",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/pipelines-config/caches/{cache_uuid}": [
    "write:pipeline:bitbucket",
    "pipeline:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines-config/caches/{cache_uuid}/content-uri": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines-config/runners": ["read:runner:bitbucket", "runner"],
  "POST /repositories/{workspace}/{repo_slug}/pipelines-config/runners": [
    "write:runner:bitbucket read:runner:bitbucket",
    "runner:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines-config/runners/{runner_uuid}": [
    "read:runner:bitbucket",
    "runner",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/pipelines-config/runners/{runner_uuid}": [
    "read:runner:bitbucket write:runner:bitbucket",
    "runner:write",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/pipelines-config/runners/{runner_uuid}": [
    "write:runner:bitbucket",
    "runner:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}/steps": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}/steps/{step_uuid}": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}/steps/{step_uuid}/log": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}/steps/{step_uuid}/logs/{log_uuid}": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}/steps/{step_uuid}/test_reports": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}/steps/{step_uuid}/test_reports/test_cases":
    ["read:pipeline:bitbucket", "pipeline"],
  "GET /repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}/steps/{step_uuid}/test_reports/test_cases/{test_case_uuid}/test_case_reasons":
    ["read:pipeline:bitbucket", "pipeline"],
  "POST /repositories/{workspace}/{repo_slug}/pipelines/{pipeline_uuid}/stopPipeline": [
    "write:pipeline:bitbucket",
    "pipeline:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines_config": [
    "admin:repository:bitbucket",
    "repository:admin",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/pipelines_config": [
    "admin:repository:bitbucket",
    "repository:admin",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/pipelines_config/build_number": [
    "admin:pipeline:bitbucket",
    "pipeline:variable",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines_config/schedules": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "POST /repositories/{workspace}/{repo_slug}/pipelines_config/schedules": [
    "read:pipeline:bitbucket write:pipeline:bitbucket",
    "pipeline:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines_config/schedules/{schedule_uuid}": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/pipelines_config/schedules/{schedule_uuid}": [
    "read:pipeline:bitbucket write:pipeline:bitbucket",
    "pipeline:write",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/pipelines_config/schedules/{schedule_uuid}": [
    "write:pipeline:bitbucket",
    "pipeline:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines_config/schedules/{schedule_uuid}/executions": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines_config/ssh/key_pair": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/pipelines_config/ssh/key_pair": [
    "admin:pipeline:bitbucket",
    "pipeline:variable",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/pipelines_config/ssh/key_pair": [
    "admin:pipeline:bitbucket",
    "pipeline:variable",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines_config/ssh/known_hosts": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "POST /repositories/{workspace}/{repo_slug}/pipelines_config/ssh/known_hosts": [
    "admin:pipeline:bitbucket",
    "pipeline:variable",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines_config/ssh/known_hosts/{known_host_uuid}": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/pipelines_config/ssh/known_hosts/{known_host_uuid}": [
    "admin:pipeline:bitbucket",
    "pipeline:variable",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/pipelines_config/ssh/known_hosts/{known_host_uuid}": [
    "admin:pipeline:bitbucket",
    "pipeline:variable",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines_config/variables": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "POST /repositories/{workspace}/{repo_slug}/pipelines_config/variables": [
    "admin:pipeline:bitbucket",
    "pipeline:variable",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pipelines_config/variables/{variable_uuid}": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/pipelines_config/variables/{variable_uuid}": [
    "admin:pipeline:bitbucket",
    "pipeline:variable",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/pipelines_config/variables/{variable_uuid}": [
    "admin:pipeline:bitbucket",
    "pipeline:variable",
  ],
  "GET /repositories/{workspace}/{repo_slug}/properties/{app_key}/{property_name}": [
    "admin:workspace:bitbucket",
    "",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pullrequests": ["read:pullrequest:bitbucket", "pullrequest"],
  "POST /repositories/{workspace}/{repo_slug}/pullrequests": [
    "read:pullrequest:bitbucket write:pullrequest:bitbucket",
    "pullrequest:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pullrequests/activity": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}": [
    "read:pullrequest:bitbucket write:pullrequest:bitbucket",
    "pullrequest:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/activity": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "POST /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/approve": [
    "read:pullrequest:bitbucket write:pullrequest:bitbucket",
    "pullrequest:write",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/approve": [
    "write:pullrequest:bitbucket",
    "pullrequest:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "POST /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "POST /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}/resolve": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/comments/{comment_id}/resolve":
    ["read:pullrequest:bitbucket", "pullrequest"],
  "GET /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/commits": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/conflicts": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "POST /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/decline": [
    "read:pullrequest:bitbucket write:pullrequest:bitbucket",
    "pullrequest:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/diff": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/diffstat": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "POST /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/merge": [
    "read:pullrequest:bitbucket write:pullrequest:bitbucket",
    "pullrequest:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/merge/task-status/{task_id}": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/patch": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "POST /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/request-changes": [
    "read:pullrequest:bitbucket write:pullrequest:bitbucket",
    "pullrequest:write",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/request-changes": [
    "write:pullrequest:bitbucket",
    "pullrequest:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/statuses": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "POST /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks/{task_id}": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "PUT /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks/{task_id}": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/pullrequests/{pull_request_id}/tasks/{task_id}": [
    "read:pullrequest:bitbucket",
    "pullrequest",
  ],
  "GET /repositories/{workspace}/{repo_slug}/pullrequests/{pullrequest_id}/properties/{app_key}/{property_name}":
    ["admin:workspace:bitbucket", ""],
  "GET /repositories/{workspace}/{repo_slug}/refs": ["read:repository:bitbucket", "repository"],
  "GET /repositories/{workspace}/{repo_slug}/refs/branches": ["read:repository:bitbucket", "repository"],
  "POST /repositories/{workspace}/{repo_slug}/refs/branches": [
    "write:repository:bitbucket read:repository:bitbucket",
    "repository:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/refs/branches/{name}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "DELETE /repositories/{workspace}/{repo_slug}/refs/branches/{name}": [
    "write:repository:bitbucket",
    "repository:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/refs/tags": ["read:repository:bitbucket", "repository"],
  "POST /repositories/{workspace}/{repo_slug}/refs/tags": [
    "write:repository:bitbucket read:repository:bitbucket",
    "repository:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/refs/tags/{name}": ["read:repository:bitbucket", "repository"],
  "DELETE /repositories/{workspace}/{repo_slug}/refs/tags/{name}": [
    "write:repository:bitbucket",
    "repository:write",
  ],
  "GET /repositories/{workspace}/{repo_slug}/src": ["read:repository:bitbucket", "repository"],
  "POST /repositories/{workspace}/{repo_slug}/src": ["write:repository:bitbucket", "repository:write"],
  "GET /repositories/{workspace}/{repo_slug}/src/{commit}/{path}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "GET /repositories/{workspace}/{repo_slug}/versions": ["read:issue:bitbucket", "issue"],
  "GET /repositories/{workspace}/{repo_slug}/versions/{version_id}": ["read:issue:bitbucket", "issue"],
  "GET /repositories/{workspace}/{repo_slug}/watchers": ["read:repository:bitbucket", "repository"],
  "GET /snippets": ["read:snippet:bitbucket", "snippet"],
  "POST /snippets": ["read:snippet:bitbucket write:snippet:bitbucket", "snippet:write"],
  "GET /snippets/{workspace}": ["read:snippet:bitbucket", "snippet"],
  "POST /snippets/{workspace}": ["read:snippet:bitbucket write:snippet:bitbucket", "snippet:write"],
  "GET /snippets/{workspace}/{encoded_id}": ["read:snippet:bitbucket", "snippet"],
  "PUT /snippets/{workspace}/{encoded_id}": [
    "read:snippet:bitbucket write:snippet:bitbucket",
    "snippet:write",
  ],
  "DELETE /snippets/{workspace}/{encoded_id}": ["delete:snippet:bitbucket", "snippet:write"],
  "GET /snippets/{workspace}/{encoded_id}/comments": ["read:snippet:bitbucket", "snippet"],
  "POST /snippets/{workspace}/{encoded_id}/comments": [
    "read:snippet:bitbucket write:snippet:bitbucket",
    "snippet",
  ],
  "GET /snippets/{workspace}/{encoded_id}/comments/{comment_id}": ["read:snippet:bitbucket", "snippet"],
  "PUT /snippets/{workspace}/{encoded_id}/comments/{comment_id}": [
    "read:snippet:bitbucket write:snippet:bitbucket",
    "snippet",
  ],
  "DELETE /snippets/{workspace}/{encoded_id}/comments/{comment_id}": ["write:snippet:bitbucket", "snippet"],
  "GET /snippets/{workspace}/{encoded_id}/commits": ["read:snippet:bitbucket", "snippet"],
  "GET /snippets/{workspace}/{encoded_id}/commits/{revision}": ["read:snippet:bitbucket", "snippet"],
  "GET /snippets/{workspace}/{encoded_id}/files/{path}": ["read:snippet:bitbucket", "snippet"],
  "GET /snippets/{workspace}/{encoded_id}/watch": ["read:snippet:bitbucket", "snippet"],
  "PUT /snippets/{workspace}/{encoded_id}/watch": ["write:snippet:bitbucket", "snippet:write"],
  "DELETE /snippets/{workspace}/{encoded_id}/watch": ["write:snippet:bitbucket", "snippet:write"],
  "GET /snippets/{workspace}/{encoded_id}/watchers": ["", "snippet"],
  "GET /snippets/{workspace}/{encoded_id}/{node_id}": ["read:snippet:bitbucket", "snippet"],
  "PUT /snippets/{workspace}/{encoded_id}/{node_id}": [
    "read:snippet:bitbucket write:snippet:bitbucket",
    "snippet:write",
  ],
  "DELETE /snippets/{workspace}/{encoded_id}/{node_id}": ["write:snippet:bitbucket", "snippet:write"],
  "GET /snippets/{workspace}/{encoded_id}/{node_id}/files/{path}": ["read:snippet:bitbucket", "snippet"],
  "GET /snippets/{workspace}/{encoded_id}/{revision}/diff": ["read:snippet:bitbucket", "snippet"],
  "GET /snippets/{workspace}/{encoded_id}/{revision}/patch": ["read:snippet:bitbucket", "snippet"],
  "GET /teams/{username}/pipelines_config/variables": ["", "pipeline"],
  "POST /teams/{username}/pipelines_config/variables": ["", "pipeline:variable"],
  "GET /teams/{username}/pipelines_config/variables/{variable_uuid}": ["", "pipeline"],
  "PUT /teams/{username}/pipelines_config/variables/{variable_uuid}": ["", "pipeline:variable"],
  "DELETE /teams/{username}/pipelines_config/variables/{variable_uuid}": ["", "pipeline:variable"],
  "GET /teams/{username}/search/code": ["read:repository:bitbucket", "repository"],
  "GET /user": ["read:user:bitbucket", "account"],
  "GET /user/emails": ["read:user:bitbucket", "email"],
  "GET /user/emails/{email}": ["read:user:bitbucket", "email"],
  "GET /user/permissions/repositories": ["read:repository:bitbucket", "account repository"],
  "GET /user/permissions/workspaces": ["read:workspace:bitbucket read:user:bitbucket", "account"],
  "GET /user/workspaces": ["read:workspace:bitbucket", "account"],
  "GET /user/workspaces/{workspace}/permission": ["read:workspace:bitbucket", "account"],
  "GET /user/workspaces/{workspace}/permissions/repositories": [
    "read:repository:bitbucket",
    "account repository",
  ],
  "GET /users/{selected_user}": ["read:user:bitbucket", ""],
  "GET /users/{selected_user}/gpg-keys": ["read:gpg-key:bitbucket", "account"],
  "POST /users/{selected_user}/gpg-keys": ["read:gpg-key:bitbucket write:gpg-key:bitbucket", "account:write"],
  "GET /users/{selected_user}/gpg-keys/{fingerprint}": ["read:gpg-key:bitbucket", "account"],
  "DELETE /users/{selected_user}/gpg-keys/{fingerprint}": ["delete:gpg-key:bitbucket", "account:write"],
  "GET /users/{selected_user}/pipelines_config/variables": ["", "pipeline"],
  "POST /users/{selected_user}/pipelines_config/variables": ["", "pipeline:variable"],
  "GET /users/{selected_user}/pipelines_config/variables/{variable_uuid}": ["", "pipeline"],
  "PUT /users/{selected_user}/pipelines_config/variables/{variable_uuid}": ["", "pipeline:variable"],
  "DELETE /users/{selected_user}/pipelines_config/variables/{variable_uuid}": ["", "pipeline:variable"],
  "GET /users/{selected_user}/properties/{app_key}/{property_name}": ["admin:workspace:bitbucket", ""],
  "GET /users/{selected_user}/search/code": ["read:repository:bitbucket", "repository"],
  "GET /users/{selected_user}/ssh-keys": ["read:ssh-key:bitbucket", "account"],
  "POST /users/{selected_user}/ssh-keys": ["read:ssh-key:bitbucket write:ssh-key:bitbucket", "account:write"],
  "GET /users/{selected_user}/ssh-keys/{key_id}": ["read:ssh-key:bitbucket", "account"],
  "PUT /users/{selected_user}/ssh-keys/{key_id}": [
    "read:ssh-key:bitbucket write:ssh-key:bitbucket",
    "account:write",
  ],
  "DELETE /users/{selected_user}/ssh-keys/{key_id}": ["delete:ssh-key:bitbucket", "account:write"],
  "GET /workspaces": ["read:user:bitbucket read:workspace:bitbucket", "account"],
  "GET /workspaces/{workspace}": ["read:workspace:bitbucket", ""],
  "GET /workspaces/{workspace}/hooks": ["read:webhook:bitbucket", "webhook"],
  "POST /workspaces/{workspace}/hooks": ["read:webhook:bitbucket write:webhook:bitbucket", "webhook"],
  "GET /workspaces/{workspace}/hooks/{uid}": ["read:webhook:bitbucket", "webhook"],
  "PUT /workspaces/{workspace}/hooks/{uid}": ["read:webhook:bitbucket write:webhook:bitbucket", "webhook"],
  "DELETE /workspaces/{workspace}/hooks/{uid}": ["delete:webhook:bitbucket", "webhook"],
  "GET /workspaces/{workspace}/members": ["read:workspace:bitbucket", "account"],
  "GET /workspaces/{workspace}/members/{member}": ["read:workspace:bitbucket", "account"],
  "GET /workspaces/{workspace}/permissions": ["read:workspace:bitbucket", "account"],
  "GET /workspaces/{workspace}/permissions/repositories": ["read:repository:bitbucket", "account"],
  "GET /workspaces/{workspace}/permissions/repositories/{repo_slug}": [
    "read:repository:bitbucket",
    "repository",
  ],
  "GET /workspaces/{workspace}/pipelines-config/runners": ["read:runner:bitbucket", "runner"],
  "POST /workspaces/{workspace}/pipelines-config/runners": [
    "write:runner:bitbucket read:runner:bitbucket",
    "runner:write",
  ],
  "GET /workspaces/{workspace}/pipelines-config/runners/{runner_uuid}": ["read:runner:bitbucket", "runner"],
  "PUT /workspaces/{workspace}/pipelines-config/runners/{runner_uuid}": [
    "read:runner:bitbucket write:runner:bitbucket",
    "runner:write",
  ],
  "DELETE /workspaces/{workspace}/pipelines-config/runners/{runner_uuid}": [
    "write:runner:bitbucket",
    "runner:write",
  ],
  "GET /workspaces/{workspace}/pipelines-config/variables": ["read:pipeline:bitbucket", "pipeline"],
  "POST /workspaces/{workspace}/pipelines-config/variables": [
    "admin:pipeline:bitbucket",
    "pipeline:variable",
  ],
  "GET /workspaces/{workspace}/pipelines-config/variables/{variable_uuid}": [
    "read:pipeline:bitbucket",
    "pipeline",
  ],
  "PUT /workspaces/{workspace}/pipelines-config/variables/{variable_uuid}": [
    "admin:pipeline:bitbucket",
    "pipeline:variable",
  ],
  "DELETE /workspaces/{workspace}/pipelines-config/variables/{variable_uuid}": [
    "admin:pipeline:bitbucket",
    "pipeline:variable",
  ],
  "GET /workspaces/{workspace}/projects": ["read:project:bitbucket", "project"],
  "POST /workspaces/{workspace}/projects": ["admin:project:bitbucket", "project:admin"],
  "GET /workspaces/{workspace}/projects/{project_key}": ["read:project:bitbucket", "project"],
  "PUT /workspaces/{workspace}/projects/{project_key}": ["admin:project:bitbucket", "project:admin"],
  "DELETE /workspaces/{workspace}/projects/{project_key}": ["admin:project:bitbucket", "project:admin"],
  "GET /workspaces/{workspace}/projects/{project_key}/branching-model": [
    "read:repository:bitbucket",
    "project:admin",
  ],
  "GET /workspaces/{workspace}/projects/{project_key}/branching-model/settings": [
    "admin:project:bitbucket",
    "project:admin",
  ],
  "PUT /workspaces/{workspace}/projects/{project_key}/branching-model/settings": [
    "admin:project:bitbucket",
    "project:admin",
  ],
  "GET /workspaces/{workspace}/projects/{project_key}/default-reviewers": [
    "read:pullrequest:bitbucket",
    "project:admin",
  ],
  "GET /workspaces/{workspace}/projects/{project_key}/default-reviewers/{selected_user}": [
    "read:pullrequest:bitbucket",
    "project:admin",
  ],
  "PUT /workspaces/{workspace}/projects/{project_key}/default-reviewers/{selected_user}": [
    "admin:project:bitbucket",
    "project:admin",
  ],
  "DELETE /workspaces/{workspace}/projects/{project_key}/default-reviewers/{selected_user}": [
    "admin:project:bitbucket",
    "project:admin",
  ],
  "GET /workspaces/{workspace}/projects/{project_key}/deploy-keys": [
    "admin:project:bitbucket",
    "project project:admin",
  ],
  "POST /workspaces/{workspace}/projects/{project_key}/deploy-keys": [
    "admin:project:bitbucket write:ssh-key:bitbucket",
    "project project:admin",
  ],
  "GET /workspaces/{workspace}/projects/{project_key}/deploy-keys/{key_id}": [
    "admin:project:bitbucket",
    "project project:admin",
  ],
  "DELETE /workspaces/{workspace}/projects/{project_key}/deploy-keys/{key_id}": [
    "admin:project:bitbucket delete:ssh-key:bitbucket",
    "project project:admin",
  ],
  "GET /workspaces/{workspace}/projects/{project_key}/permissions-config/groups": [
    "read:project:bitbucket",
    "project:admin",
  ],
  "GET /workspaces/{workspace}/projects/{project_key}/permissions-config/groups/{group_slug}": [
    "read:project:bitbucket",
    "project:admin",
  ],
  "PUT /workspaces/{workspace}/projects/{project_key}/permissions-config/groups/{group_slug}": [
    "admin:project:bitbucket write:permission:bitbucket",
    "project:admin",
  ],
  "DELETE /workspaces/{workspace}/projects/{project_key}/permissions-config/groups/{group_slug}": [
    "admin:project:bitbucket delete:permission:bitbucket",
    "project:admin",
  ],
  "GET /workspaces/{workspace}/projects/{project_key}/permissions-config/users": [
    "read:project:bitbucket",
    "project:admin",
  ],
  "GET /workspaces/{workspace}/projects/{project_key}/permissions-config/users/{selected_user_id}": [
    "read:project:bitbucket",
    "project:admin",
  ],
  "PUT /workspaces/{workspace}/projects/{project_key}/permissions-config/users/{selected_user_id}": [
    "admin:project:bitbucket write:permission:bitbucket",
    "project:admin",
  ],
  "DELETE /workspaces/{workspace}/projects/{project_key}/permissions-config/users/{selected_user_id}": [
    "admin:project:bitbucket delete:permission:bitbucket",
    "project:admin",
  ],
  "GET /workspaces/{workspace}/pullrequests/{selected_user}": ["read:pullrequest:bitbucket", "pullrequest"],
  "GET /workspaces/{workspace}/search/code": ["read:repository:bitbucket", "repository"],
  "GET /workspaces/{workspace}/settings/gpg/public-key": ["read:workspace:bitbucket", "account"],
};
