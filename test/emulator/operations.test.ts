import { accountKeyRoutes } from "../../src/emulator/accountKeys";
import { branchingRoutes } from "../../src/emulator/branching";
import { deployKeyRoutes } from "../../src/emulator/deployKeys";
import { environmentRoutes } from "../../src/emulator/environments";
import { operationScopes } from "../../src/emulator/operationScopes";
import { peopleRoutes } from "../../src/emulator/people";
import { pipelineRoutes } from "../../src/emulator/pipelines";
import { projectRoutes } from "../../src/emulator/projects";
import { repositoryRoutes } from "../../src/emulator/repositories";
import { sourceRoutes } from "../../src/emulator/source";
import { variableRoutes } from "../../src/emulator/variables";
import { webhookRoutes } from "../../src/emulator/webhooks";
import { workspaceRoutes } from "../../src/emulator/workspaces";

/** Those for which the API's document names no scopes. */
const withoutScopes = /^GET \/hook_events|\/identity\/oidc\/|^POST \/site\/oauth2/;

test("every operation that is emulated asks for the scopes of one of the API's own", () => {
  const unknown: string[] = [];
  let count = 0;
  for (const family of [
    accountKeyRoutes,
    branchingRoutes,
    deployKeyRoutes,
    environmentRoutes,
    peopleRoutes,
    pipelineRoutes,
    projectRoutes,
    repositoryRoutes,
    sourceRoutes,
    variableRoutes,
    webhookRoutes,
    workspaceRoutes,
  ]) {
    family((method, path, _handler, as = `${method} ${path}`) => {
      count += 1;
      if (!(as in operationScopes) && !withoutScopes.test(as)) unknown.push(as);
    });
  }
  expect(unknown).toEqual([]);
  expect(count).toBeGreaterThan(120);
});
