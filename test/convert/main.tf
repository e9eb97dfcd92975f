provider "bitbucket" {}

variable "workspace" { default = "acme" }

data "bitbucket_current_user" "me" {}
data "bitbucket_workspace" "acme" { workspace = var.workspace }
data "bitbucket_user" "reviewer" { uuid = data.bitbucket_current_user.me.uuid }

resource "bitbucket_project" "platform" {
  owner = var.workspace
  name  = "Platform from Terraform"
  key   = "TERRA"
}

resource "bitbucket_repository" "api" {
  owner             = var.workspace
  name              = "api-from-terraform"
  description       = "The API"
  is_private        = true
  has_issues        = false
  project_key       = bitbucket_project.platform.key
  fork_policy       = "no_public_forks"
  pipelines_enabled = true
}

resource "bitbucket_branching_model" "api" {
  owner      = var.workspace
  repository = bitbucket_repository.api.name
  development { use_mainbranch = true }
  branch_type {
    enabled = true
    kind    = "feature"
    prefix  = "feature/"
  }
  branch_type {
    enabled = true
    kind    = "hotfix"
    prefix  = "hotfix/"
  }
}

resource "bitbucket_project_branching_model" "platform" {
  workspace = var.workspace
  project   = bitbucket_project.platform.key
  development { use_mainbranch = true }
}

resource "bitbucket_branch_restriction" "main" {
  owner      = var.workspace
  repository = bitbucket_repository.api.name
  kind       = "require_approvals_to_merge"
  pattern    = "main"
  value      = 2
}

resource "bitbucket_commit_file" "readme" {
  filename       = "README.md"
  content        = "abc"
  repo_slug      = bitbucket_repository.api.name
  workspace      = var.workspace
  commit_author  = "Test <test@test.local>"
  branch         = "main"
  commit_message = "test"
}

resource "bitbucket_deploy_key" "deploy" {
  workspace  = var.workspace
  repository = bitbucket_repository.api.name
  key        = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKqP3Cr632C2dNhhgKVcon4ldUSAeKiku2yP9O9/bDtY"
  label      = "deploy"
}

resource "bitbucket_deployment" "test" {
  repository = bitbucket_repository.api.id
  name       = "test"
  stage      = "Test"
}

resource "bitbucket_deployment_variable" "country" {
  deployment = bitbucket_deployment.test.id
  key        = "COUNTRY"
  value      = "Kenya"
  secured    = false
}

resource "bitbucket_hook" "ci" {
  owner       = var.workspace
  repository  = bitbucket_repository.api.name
  url         = "https://ci.example.com/hook"
  description = "CI"
  events      = ["repo:push", "pullrequest:created"]
}

resource "bitbucket_pipeline_schedule" "nightly" {
  workspace    = var.workspace
  repository   = bitbucket_repository.api.name
  cron_pattern = "0 30 * * * ? *"
  enabled      = true
  target {
    ref_name = "main"
    ref_type = "branch"
    selector { pattern = "staging" }
  }
}

resource "bitbucket_pipeline_ssh_known_host" "host" {
  workspace  = var.workspace
  repository = bitbucket_repository.api.name
  hostname   = "[example.com]:22"
  public_key {
    key_type = "ssh-ed25519"
    key      = "AAAAC3NzaC1lZDI1NTE5AAAAIKqP3Cr632C2dNhhgKVcon4ldUSAeKiku2yP9O9/bDtY"
  }
}

resource "bitbucket_project_group_permission" "devs" {
  workspace   = var.workspace
  project_key = bitbucket_project.platform.key
  group_slug  = "developers"
  permission  = "read"
}

resource "bitbucket_repository_group_permission" "devs" {
  workspace  = var.workspace
  repo_slug  = bitbucket_repository.api.name
  group_slug = "developers"
  permission = "write"
}

resource "bitbucket_repository_variable" "debug" {
  key        = "DEBUG"
  value      = "true"
  repository = bitbucket_repository.api.id
  secured    = false
}

resource "bitbucket_default_reviewers" "api" {
  owner      = var.workspace
  repository = bitbucket_repository.api.name
  reviewers  = [data.bitbucket_user.reviewer.uuid]
}

resource "bitbucket_workspace_hook" "audit" {
  workspace   = var.workspace
  url         = "https://audit.example.com"
  description = "Audit"
  events      = ["repo:push"]
}

resource "bitbucket_workspace_variable" "country" {
  workspace = data.bitbucket_workspace.acme.id
  key       = "COUNTRY"
  value     = "Kenya"
  secured   = false
}

resource "bitbucket_ssh_key" "me" {
  user  = data.bitbucket_current_user.me.uuid
  key   = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKqP3Cr632C2dNhhgKVcon4ldUSAeKiku2yP9O9/bDtZ"
  label = "test-key"
}

output "clone" { value = bitbucket_repository.api.clone_https }
