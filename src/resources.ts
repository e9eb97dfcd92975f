/** The resource classes: one line for each kind. */
import { deployKey, deploymentEnvironment, pipelineVariable, project, repository, webhook } from "./kinds";
import { type ArgsOf, type ResourceOf, resourceClass } from "./resource";

/** A project, which groups repositories. */
export const Project = resourceClass(project);
export type Project = ResourceOf<typeof project>;
export type ProjectArgs = ArgsOf<typeof project>;

/** A Git repository. */
export const Repository = resourceClass(repository);
export type Repository = ResourceOf<typeof repository>;
export type RepositoryArgs = ArgsOf<typeof repository>;

/** A webhook of a repository, or, without one, of the workspace. */
export const Webhook = resourceClass(webhook);
export type Webhook = ResourceOf<typeof webhook>;
export type WebhookArgs = ArgsOf<typeof webhook>;

/** An SSH key that may read one repository, or all repositories of a project. */
export const DeployKey = resourceClass(deployKey);
export type DeployKey = ResourceOf<typeof deployKey>;
export type DeployKeyArgs = ArgsOf<typeof deployKey>;

/** An environment that Pipelines deploys to. */
export const DeploymentEnvironment = resourceClass(deploymentEnvironment);
export type DeploymentEnvironment = ResourceOf<typeof deploymentEnvironment>;
export type DeploymentEnvironmentArgs = ArgsOf<typeof deploymentEnvironment>;

/** A pipeline variable of a workspace, a repository or a deployment environment. */
export const PipelineVariable = resourceClass(pipelineVariable);
export type PipelineVariable = ResourceOf<typeof pipelineVariable>;
export type PipelineVariableArgs = ArgsOf<typeof pipelineVariable>;
