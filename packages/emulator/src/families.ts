/** All that is emulated of the API, a family of endpoints each. */
import { accountKeyRoutes } from "./accountKeys";
import { branchingRoutes } from "./branching";
import { changeRoutes } from "./changes";
import { codeInsightsRoutes } from "./codeInsights";
import { codeSearchRoutes } from "./codeSearch";
import { commitCommentRoutes } from "./commitComments";
import { commitStatusRoutes } from "./commitStatuses";
import { deployKeyRoutes } from "./deployKeys";
import { downloadRoutes } from "./downloads";
import { environmentRoutes } from "./environments";
import { peopleRoutes } from "./people";
import { pipelineRunRoutes } from "./pipelineRuns";
import { pipelineRoutes } from "./pipelines";
import { projectRoutes } from "./projects";
import { pullRequestCommentRoutes } from "./pullRequestComments";
import { pullRequestReviewRoutes } from "./pullRequestReviews";
import { pullRequestRoutes } from "./pullRequests";
import { repositoryRoutes } from "./repositories";
import { repositoryAccessRoutes } from "./repositoryAccess";
import type { Route } from "./server";
import { sourceRoutes } from "./source";
import { variableRoutes } from "./variables";
import { webhookRoutes } from "./webhooks";
import { workspaceRoutes } from "./workspaces";

export const families: readonly ((route: Route) => void)[] = [
  workspaceRoutes,
  projectRoutes,
  repositoryRoutes,
  repositoryAccessRoutes,
  codeSearchRoutes,
  webhookRoutes,
  deployKeyRoutes,
  environmentRoutes,
  variableRoutes,
  pipelineRoutes,
  branchingRoutes,
  peopleRoutes,
  sourceRoutes,
  accountKeyRoutes,
  pullRequestRoutes,
  pullRequestReviewRoutes,
  pullRequestCommentRoutes,
  changeRoutes,
  commitCommentRoutes,
  commitStatusRoutes,
  codeInsightsRoutes,
  downloadRoutes,
  pipelineRunRoutes,
];
