/** The resource classes: one entry for each kind. */
import * as kinds from "../kinds";
import { type ArgsOf, type ResourceOf, resourceClass } from "./resource";

/** A project, which groups repositories. */
export const Project = resourceClass(kinds.project);
export type Project = ResourceOf<typeof kinds.project>;
export type ProjectArgs = ArgsOf<typeof kinds.project>;

/** A Git repository. */
export const Repository = resourceClass(kinds.repository);
export type Repository = ResourceOf<typeof kinds.repository>;
export type RepositoryArgs = ArgsOf<typeof kinds.repository>;

/** Which settings a repository has of its own, instead of inheriting them from its project. */
export const OverrideSettings = resourceClass(kinds.overrideSettings);
export type OverrideSettings = ResourceOf<typeof kinds.overrideSettings>;
export type OverrideSettingsArgs = ArgsOf<typeof kinds.overrideSettings>;

/** Whether Pipelines is on in a repository, and the number of its next build. */
export const PipelinesConfig = resourceClass(kinds.pipelinesConfig);
export type PipelinesConfig = ResourceOf<typeof kinds.pipelinesConfig>;
export type PipelinesConfigArgs = ArgsOf<typeof kinds.pipelinesConfig>;

/** An environment that Pipelines deploys to. */
export const DeploymentEnvironment = resourceClass(kinds.deploymentEnvironment);
export type DeploymentEnvironment = ResourceOf<typeof kinds.deploymentEnvironment>;
export type DeploymentEnvironmentArgs = ArgsOf<typeof kinds.deploymentEnvironment>;

/** What a user may do in a project. */
export const ProjectUserPermission = resourceClass(kinds.projectUserPermission);
export type ProjectUserPermission = ResourceOf<typeof kinds.projectUserPermission>;
export type ProjectUserPermissionArgs = ArgsOf<typeof kinds.projectUserPermission>;

/** What a group may do in a project. */
export const ProjectGroupPermission = resourceClass(kinds.projectGroupPermission);
export type ProjectGroupPermission = ResourceOf<typeof kinds.projectGroupPermission>;
export type ProjectGroupPermissionArgs = ArgsOf<typeof kinds.projectGroupPermission>;

/** What a user may do in a repository. */
export const RepositoryUserPermission = resourceClass(kinds.repositoryUserPermission);
export type RepositoryUserPermission = ResourceOf<typeof kinds.repositoryUserPermission>;
export type RepositoryUserPermissionArgs = ArgsOf<typeof kinds.repositoryUserPermission>;

/** What a group may do in a repository. */
export const RepositoryGroupPermission = resourceClass(kinds.repositoryGroupPermission);
export type RepositoryGroupPermission = ResourceOf<typeof kinds.repositoryGroupPermission>;
export type RepositoryGroupPermissionArgs = ArgsOf<typeof kinds.repositoryGroupPermission>;

/** A branch that has to be there. */
export const Branch = resourceClass(kinds.branch);
export type Branch = ResourceOf<typeof kinds.branch>;
export type BranchArgs = ArgsOf<typeof kinds.branch>;

/** A tag at a commit. */
export const Tag = resourceClass(kinds.tag);
export type Tag = ResourceOf<typeof kinds.tag>;
export type TagArgs = ArgsOf<typeof kinds.tag>;

/** The content of a file on a branch. */
export const RepositoryFile = resourceClass(kinds.repositoryFile);
export type RepositoryFile = ResourceOf<typeof kinds.repositoryFile>;
export type RepositoryFileArgs = ArgsOf<typeof kinds.repositoryFile>;

/** A file that a repository offers for download. */
export const Download = resourceClass(kinds.download);
export type Download = ResourceOf<typeof kinds.download>;
export type DownloadArgs = ArgsOf<typeof kinds.download>;

/** The branching model of a repository, or of a project's repositories. */
export const BranchingModel = resourceClass(kinds.branchingModel);
export type BranchingModel = ResourceOf<typeof kinds.branchingModel>;
export type BranchingModelArgs = ArgsOf<typeof kinds.branchingModel>;

/** A rule for branches: who may push or merge, and what a merge takes. */
export const BranchRestriction = resourceClass(kinds.branchRestriction);
export type BranchRestriction = ResourceOf<typeof kinds.branchRestriction>;
export type BranchRestrictionArgs = ArgsOf<typeof kinds.branchRestriction>;

/** A user who is asked to review every new pull request. */
export const DefaultReviewer = resourceClass(kinds.defaultReviewer);
export type DefaultReviewer = ResourceOf<typeof kinds.defaultReviewer>;
export type DefaultReviewerArgs = ArgsOf<typeof kinds.defaultReviewer>;

/** A webhook of a repository, or, without one, of the workspace. */
export const Webhook = resourceClass(kinds.webhook);
export type Webhook = ResourceOf<typeof kinds.webhook>;
export type WebhookArgs = ArgsOf<typeof kinds.webhook>;

/** An SSH key that may read one repository, or all repositories of a project. */
export const DeployKey = resourceClass(kinds.deployKey);
export type DeployKey = ResourceOf<typeof kinds.deployKey>;
export type DeployKeyArgs = ArgsOf<typeof kinds.deployKey>;

/** A pipeline variable of a workspace, a repository or a deployment environment. */
export const PipelineVariable = resourceClass(kinds.pipelineVariable);
export type PipelineVariable = ResourceOf<typeof kinds.pipelineVariable>;
export type PipelineVariableArgs = ArgsOf<typeof kinds.pipelineVariable>;

/** A time at which Pipelines builds a branch. */
export const PipelineSchedule = resourceClass(kinds.pipelineSchedule);
export type PipelineSchedule = ResourceOf<typeof kinds.pipelineSchedule>;
export type PipelineScheduleArgs = ArgsOf<typeof kinds.pipelineSchedule>;

/** The SSH key pair with which a repository's builds log in elsewhere. */
export const PipelineSshKeyPair = resourceClass(kinds.pipelineSshKeyPair);
export type PipelineSshKeyPair = ResourceOf<typeof kinds.pipelineSshKeyPair>;
export type PipelineSshKeyPairArgs = ArgsOf<typeof kinds.pipelineSshKeyPair>;

/** A host that a repository's builds trust. */
export const PipelineKnownHost = resourceClass(kinds.pipelineKnownHost);
export type PipelineKnownHost = ResourceOf<typeof kinds.pipelineKnownHost>;
export type PipelineKnownHostArgs = ArgsOf<typeof kinds.pipelineKnownHost>;

/** A self-hosted runner of a repository, or, without one, of the workspace. */
export const Runner = resourceClass(kinds.runner);
export type Runner = ResourceOf<typeof kinds.runner>;
export type RunnerArgs = ArgsOf<typeof kinds.runner>;

/** An SSH key of the credential's own user. */
export const SshKey = resourceClass(kinds.sshKey);
export type SshKey = ResourceOf<typeof kinds.sshKey>;
export type SshKeyArgs = ArgsOf<typeof kinds.sshKey>;

/** A GPG key of the credential's own user. */
export const GpgKey = resourceClass(kinds.gpgKey);
export type GpgKey = ResourceOf<typeof kinds.gpgKey>;
export type GpgKeyArgs = ArgsOf<typeof kinds.gpgKey>;
