/** The list of kinds. A new kind is added here, and nowhere else outside its own file. */
import { deployKey } from "./deployKey";
import { deploymentEnvironment } from "./deploymentEnvironment";
import type { Kind } from "./kind";
import { pipelineVariable } from "./pipelineVariable";
import { project } from "./project";
import { repository } from "./repository";
import { webhook } from "./webhook";

export { deployKey, deploymentEnvironment, pipelineVariable, project, repository, webhook };

/** Every kind, parents before what belongs to them. */
export const kinds: readonly Kind[] = [
  project,
  repository,
  deploymentEnvironment,
  webhook,
  deployKey,
  pipelineVariable,
];
