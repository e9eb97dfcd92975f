/** All emulated parts of the API, one family of endpoints each. */
import { addAccountKeyRoutes } from "./accountKeys";
import { addBranchingRoutes } from "./branching";
import { addChangeRoutes } from "./changes";
import { addCodeInsightsRoutes } from "./codeInsights";
import { addCodeSearchRoutes } from "./codeSearch";
import { addCommitCommentRoutes } from "./commitComments";
import { addCommitStatusRoutes } from "./commitStatuses";
import { addDeployKeyRoutes } from "./deployKeys";
import { addDownloadRoutes } from "./downloads";
import { addEnvironmentRoutes } from "./environments";
import { addPeopleRoutes } from "./people";
import { addPipelineRunRoutes } from "./pipelineRuns";
import { addPipelineRoutes } from "./pipelines";
import { addProjectRoutes } from "./projects";
import { addPullRequestCommentRoutes } from "./pullRequestComments";
import { addPullRequestReviewRoutes } from "./pullRequestReviews";
import { addPullRequestRoutes } from "./pullRequests";
import { addRepositoryRoutes } from "./repositories";
import { addRepositoryAccessRoutes } from "./repositoryAccess";
import type { Route } from "./server";
import { addSourceRoutes } from "./source";
import { addVariableRoutes } from "./variables";
import { addWebhookRoutes } from "./webhooks";
import { addWorkspaceRoutes } from "./workspaces";

export const families: readonly ((route: Route) => void)[] = [
  addWorkspaceRoutes,
  addProjectRoutes,
  addRepositoryRoutes,
  addRepositoryAccessRoutes,
  addCodeSearchRoutes,
  addWebhookRoutes,
  addDeployKeyRoutes,
  addEnvironmentRoutes,
  addVariableRoutes,
  addPipelineRoutes,
  addBranchingRoutes,
  addPeopleRoutes,
  addSourceRoutes,
  addAccountKeyRoutes,
  addPullRequestRoutes,
  addPullRequestReviewRoutes,
  addPullRequestCommentRoutes,
  addChangeRoutes,
  addCommitCommentRoutes,
  addCommitStatusRoutes,
  addCodeInsightsRoutes,
  addDownloadRoutes,
  addPipelineRunRoutes,
];
