/** Renders repositories. */
import { renderProjectName } from "./projects";
import type { Call } from "./server";
import { apiLink, renderTeam, renderWorkspaceName, repositoryLinks, webLink } from "./shared";
import type { Repository, Workspace } from "./state";

export function renderRepository(call: Call, owner: Workspace, found: Repository): unknown {
  const project = owner.projects.get(found.project);
  const fullName = `${owner.slug}/${found.slug}`;
  return {
    type: "repository",
    uuid: found.uuid,
    name: found.name,
    slug: found.slug,
    full_name: fullName,
    description: found.description,
    scm: "git",
    is_private: found.is_private,
    fork_policy: found.fork_policy,
    language: found.language,
    website: found.website,
    // Issues and wikis were removed on 20 August 2026: older values in a state file are not shown.
    has_issues: false,
    has_wiki: false,
    size: 0,
    mainbranch: found.mainbranch === null ? null : { type: "branch", name: found.mainbranch },
    created_on: found.created_on,
    updated_on: found.updated_on,
    project: project && renderProjectName(call, owner, project),
    ...(found.parent ? { parent: renderParent(call, found.parent) } : {}),
    workspace: renderWorkspaceName(call, owner),
    owner: renderTeam(call, owner),
    links: {
      ...repositoryLinks(call, fullName, found),
      ...Object.fromEntries(
        [
          "pullrequests",
          "commits",
          "forks",
          "watchers",
          "branches",
          "tags",
          "downloads",
          "source",
          "hooks",
        ].map((name) => [
          name,
          apiLink(
            call,
            `/repositories/${fullName}/${{ branches: "refs/branches", tags: "refs/tags", source: "src" }[name] ?? name}`,
          ),
        ]),
      ),
      clone: [
        { name: "https", href: webLink(call, `/${fullName}.git`).href },
        { name: "ssh", href: `git@bitbucket.org:${fullName}.git` },
      ],
    },
  };
}

/** The repository that it was forked from, by full name; without links if it was deleted. */
function renderParent(call: Call, fullName: string): unknown {
  const [owner = "", slug = ""] = fullName.split("/");
  const parent = call.state.workspaces.get(owner)?.repositories.get(slug);
  return {
    type: "repository",
    full_name: fullName,
    ...(parent
      ? { uuid: parent.uuid, name: parent.name, links: repositoryLinks(call, fullName, parent) }
      : {}),
  };
}
