/** The API of the emulator: a description that is independent of the emulator's code. */
import * as accountKeys from "./accountKeys";
import * as branching from "./branching";
import * as commits from "./commits";
import * as common from "./common";
import * as deployKeys from "./deployKeys";
import * as downloads from "./downloads";
import * as environments from "./environments";
import type { Paths } from "./operation";
import * as people from "./people";
import * as pipelineRuns from "./pipelineRuns";
import * as pipelines from "./pipelines";
import * as projects from "./projects";
import * as pullRequests from "./pullRequests";
import * as repositories from "./repositories";
import type { Schema } from "./schema";
import * as source from "./source";
import * as variables from "./variables";
import * as webhooks from "./webhooks";
import * as workspaces from "./workspaces";

export const schemas = {
  ...common.schemas,
  ...accountKeys.schemas,
  ...branching.schemas,
  ...deployKeys.schemas,
  ...environments.schemas,
  ...people.schemas,
  ...pipelines.schemas,
  ...projects.schemas,
  ...repositories.schemas,
  ...source.schemas,
  ...variables.schemas,
  ...webhooks.schemas,
  ...commits.schemas,
  ...downloads.schemas,
  ...pipelineRuns.schemas,
  ...pullRequests.schemas,
  ...workspaces.schemas,
} as const satisfies Readonly<Record<string, Schema>>;

export const paths = {
  ...accountKeys.paths,
  ...branching.paths,
  ...deployKeys.paths,
  ...environments.paths,
  ...people.paths,
  ...pipelines.paths,
  ...projects.paths,
  ...repositories.paths,
  ...source.paths,
  ...variables.paths,
  ...webhooks.paths,
  ...commits.paths,
  ...downloads.paths,
  ...pipelineRuns.paths,
  ...pullRequests.paths,
  ...workspaces.paths,
} as const satisfies Paths;

export const differences = {
  ...common.differences,
  ...branching.differences,
  ...deployKeys.differences,
  ...environments.differences,
  ...pipelines.differences,
  ...projects.differences,
  ...repositories.differences,
  ...source.differences,
  ...webhooks.differences,
  ...commits.differences,
  ...downloads.differences,
  ...pipelineRuns.differences,
  ...pullRequests.differences,
  ...workspaces.differences,
} as const;
