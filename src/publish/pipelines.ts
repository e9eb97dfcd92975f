/**
 * The context of a Pipelines step, from its variables.
 * https://support.atlassian.com/bitbucket-cloud/docs/variables-and-secrets/
 */

export interface PipelineContext {
  /** `acme/infrastructure`. */
  readonly repository: string | undefined;
  readonly commit: string | undefined;
  readonly pullRequest: number | undefined;
  readonly branch: string | undefined;
  /** The folder of the checkout. */
  readonly folder: string | undefined;
  /** The page of the run. */
  readonly run: string | undefined;
  /** Whether this is a Pipelines step at all. */
  readonly inPipelines: boolean;
}

export function readPipelineContext(env: NodeJS.ProcessEnv): PipelineContext {
  const repository = env.BITBUCKET_REPO_FULL_NAME;
  const number = env.BITBUCKET_BUILD_NUMBER;
  const pullRequest = Number(env.BITBUCKET_PR_ID || Number.NaN);
  return {
    repository,
    commit: env.BITBUCKET_COMMIT,
    pullRequest: Number.isInteger(pullRequest) ? pullRequest : undefined,
    branch: env.BITBUCKET_BRANCH,
    folder: env.BITBUCKET_CLONE_DIR,
    run: repository && number ? `https://bitbucket.org/${repository}/pipelines/results/${number}` : undefined,
    inPipelines: number !== undefined && number !== "",
  };
}
