/** The list of kinds. A new kind is added here, and nowhere else outside its own file. */
import { branch } from "./branch";
import { branchingModel } from "./branchingModel";
import { branchRestriction } from "./branchRestriction";
import { defaultReviewer } from "./defaultReviewer";
import { deployKey } from "./deployKey";
import { deploymentEnvironment } from "./deploymentEnvironment";
import { download } from "./download";
import { gpgKey } from "./gpgKey";
import type { Kind } from "./kind";
import { overrideSettings } from "./overrideSettings";
import { pipelineKnownHost } from "./pipelineKnownHost";
import { pipelineSchedule } from "./pipelineSchedule";
import { pipelineSshKeyPair } from "./pipelineSshKeyPair";
import { pipelinesConfig } from "./pipelinesConfig";
import { pipelineVariable } from "./pipelineVariable";
import { project } from "./project";
import { projectGroupPermission } from "./projectGroupPermission";
import { projectUserPermission } from "./projectUserPermission";
import { repository } from "./repository";
import { repositoryFile } from "./repositoryFile";
import { repositoryGroupPermission } from "./repositoryGroupPermission";
import { repositoryUserPermission } from "./repositoryUserPermission";
import { runner } from "./runner";
import { sshKey } from "./sshKey";
import { tag } from "./tag";
import { webhook } from "./webhook";

export {
  branch,
  branchingModel,
  branchRestriction,
  defaultReviewer,
  deployKey,
  deploymentEnvironment,
  download,
  gpgKey,
  overrideSettings,
  pipelineKnownHost,
  pipelineSchedule,
  pipelineSshKeyPair,
  pipelinesConfig,
  pipelineVariable,
  project,
  projectGroupPermission,
  projectUserPermission,
  repository,
  repositoryFile,
  repositoryGroupPermission,
  repositoryUserPermission,
  runner,
  sshKey,
  tag,
  webhook,
};

/** Every kind, parents before children, otherwise in the order of creation. */
export const kinds: readonly Kind[] = [
  project,
  repository,
  overrideSettings,
  pipelinesConfig,
  deploymentEnvironment,
  projectUserPermission,
  projectGroupPermission,
  repositoryUserPermission,
  repositoryGroupPermission,
  branch,
  tag,
  repositoryFile,
  download,
  branchingModel,
  branchRestriction,
  defaultReviewer,
  webhook,
  deployKey,
  pipelineVariable,
  pipelineSchedule,
  pipelineSshKeyPair,
  pipelineKnownHost,
  runner,
  sshKey,
  gpgKey,
];
