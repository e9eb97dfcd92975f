import * as pulumi from "@pulumi/pulumi";
import * as bitbucket from "pulumi-bitbucket-cloud";

const config = new pulumi.Config();
const workspace = config.require("workspace");

// The credential is BITBUCKET_TOKEN in the environment, or `token` here.
const provider = new bitbucket.Provider("bitbucket", { workspace });
const acme = bitbucket.getWorkspaceOutput({ workspace }, { provider });

const platform = new bitbucket.Project(
  "platform",
  {
    key: "PLAT",
    name: pulumi.interpolate`Platform of ${acme.name}`,
    deletion: "allow", // an example can go again; the default protects
  },
  { provider },
);
const api = new bitbucket.Repository(
  "api",
  {
    name: "api",
    project: platform.key,
    description: "The API",
    forkPolicy: "no_public_forks",
    pipelinesEnabled: true,
    deletion: "allow",
  },
  { provider },
);
new bitbucket.BranchRestriction(
  "noForce",
  { repository: api.uuid, kind: "force", pattern: "main" },
  { provider },
);
new bitbucket.Webhook(
  "ci",
  {
    repository: api.uuid,
    url: "https://ci.example.com/bitbucket",
    events: ["repo:push", "pullrequest:created"],
    secret: config.requireSecret("webhookSecret"),
  },
  { provider },
);
new bitbucket.PipelineVariable(
  "token",
  {
    level: "repository",
    repository: api.uuid,
    key: "DEPLOY_TOKEN",
    value: config.requireSecret("deployToken"),
    secured: true,
  },
  { provider },
);

export const clone = api.cloneHttps;
