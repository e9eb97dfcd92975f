/** What a family of routes is about that repositories and projects share: the one in the path. */
import { renderProjectName } from "./projects";
import type { Call } from "./server";
import { renderRepositoryName, repositoryPath, requireProject, requireRepository } from "./shared";
import type { Project, Repository, Workspace } from "./state";

export interface Subject {
  readonly type: "repository" | "project";
  readonly workspace: Workspace;
  readonly found: Repository | Project;
  /** Its short form. */
  readonly object: unknown;
  /** Below the API's base. */
  readonly path: string;
}

export function repositoryOf(call: Call): Subject {
  const { workspace, repository: found } = requireRepository(call, "admin");
  const object = renderRepositoryName(call, workspace, found);
  return { type: "repository", workspace, found, object, path: repositoryPath(workspace, found) };
}

export function projectOf(call: Call): Subject {
  const { workspace, project: found } = requireProject(call, "admin");
  const object = renderProjectName(call, workspace, found);
  const path = `/workspaces/${workspace.slug}/projects/${found.key}`;
  return { type: "project", workspace, found, object, path };
}
