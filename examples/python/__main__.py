import pulumi
import pulumi_bitbucket_cloud as bitbucket

config = pulumi.Config()
workspace = config.require("workspace")

# The credential is BITBUCKET_TOKEN in the environment, or `token` here.
provider = bitbucket.Provider("bitbucket", workspace=workspace)
options = pulumi.ResourceOptions(provider=provider)
acme = bitbucket.get_workspace_output(
    workspace=workspace, opts=pulumi.InvokeOutputOptions(provider=provider)
)

platform = bitbucket.Project(
    "platform",
    key="PLAT",
    name=pulumi.Output.concat("Platform of ", acme.name),
    deletion="allow",  # an example can go again; the default protects
    opts=options,
)
api = bitbucket.Repository(
    "api",
    name="api",
    project=platform.key,
    description="The API",
    fork_policy="no_public_forks",
    pipelines_enabled=True,
    deletion="allow",
    opts=options,
)
bitbucket.BranchRestriction(
    "noForce", repository=api.uuid, kind="force", pattern="main", opts=options
)
bitbucket.Webhook(
    "ci",
    repository=api.uuid,
    url="https://ci.example.com/bitbucket",
    events=["repo:push", "pullrequest:created"],
    secret=config.require_secret("webhookSecret"),
    opts=options,
)
bitbucket.PipelineVariable(
    "token",
    level="repository",
    repository=api.uuid,
    key="DEPLOY_TOKEN",
    value=config.require_secret("deployToken"),
    secured=True,
    opts=options,
)

pulumi.export("clone", api.clone_https)
