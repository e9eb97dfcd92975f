/** Deploy keys of repositories and of projects. */
import { badRequest, notFound } from "./errors";
import { projectLinks } from "./projects";
import type { Call, Route } from "./server";
import {
  apiLink,
  readText,
  renderRepositoryName,
  repositoryPath,
  requireProject,
  requireRepository,
} from "./shared";
import type { DeployKey, State } from "./state";

interface KeyOwner {
  readonly type: "repository" | "project";
  readonly keys: Map<number, DeployKey>;
  readonly object: unknown;
  /** Below the API's base. */
  readonly path: string;
}

export function addDeployKeyRoutes(route: Route): void {
  for (const [path, ownerOf] of [
    ["/repositories/{workspace}/{repo_slug}/deploy-keys", ofRepository],
    ["/workspaces/{workspace}/projects/{project_key}/deploy-keys", ofProject],
  ] as const) {
    route("GET", path, (call) => {
      const owner = ownerOf(call);
      return call.page(call.visible(owner.keys.values()).map((key) => render(call, owner, key)));
    });
    route("POST", path, (call) => {
      const owner = ownerOf(call);
      const { key, comment } = splitKey(readText(call, "key", ""));
      for (const other of owner.keys.values()) if (other.key === key) throw failTaken();
      if (call.state.reservedKeys?.has(key)) throw failReserved();
      for (const keys of call.state.sshKeys.values())
        for (const other of keys.values()) if (other.key === key) throw failTaken();
      const made: DeployKey = {
        id: call.state.nextId++,
        key,
        comment,
        label: readText(call, "label", ""),
        added_on: call.now(),
      };
      owner.keys.set(made.id, call.made(made));
      return render(call, owner, made);
    });
    route("GET", `${path}/{key_id}`, (call) => {
      const owner = ownerOf(call);
      return render(call, owner, one(call, owner));
    });
    route("DELETE", `${path}/{key_id}`, (call) => {
      const owner = ownerOf(call);
      const found = one(call, owner);
      owner.keys.delete(found.id);
      if (call.habits.reserveDeletedKeys) {
        call.state.reservedKeys ??= new Set();
        call.state.reservedKeys.add(found.key);
      }
      return undefined;
    });
  }
  // A project's keys cannot be updated.
  route("PUT", "/repositories/{workspace}/{repo_slug}/deploy-keys/{key_id}", (call) => {
    const owner = ofRepository(call);
    const found = one(call, owner);
    if (splitKey(readText(call, "key", found.key)).key !== found.key) {
      throw badRequest("You can't modify the contents of an access key. Delete it and add it again.");
    }
    found.label = readText(call, "label", found.label);
    return render(call, owner, found);
  });
}

function ofRepository(call: Call): KeyOwner {
  const { workspace: owner, repository: found } = requireRepository(call, "admin");
  return {
    type: "repository",
    keys: found.deployKeys,
    object: renderRepositoryName(call, owner, found),
    path: repositoryPath(owner, found),
  };
}

function ofProject(call: Call): KeyOwner {
  const { workspace: owner, project: found } = requireProject(call, "admin");
  return {
    type: "project",
    keys: found.deployKeys,
    object: {
      type: "project",
      uuid: found.uuid,
      key: found.key,
      name: found.name,
      links: projectLinks(call, owner, found),
    },
    path: `/workspaces/${owner.slug}/projects/${found.key}`,
  };
}

function one(call: Call, owner: KeyOwner): DeployKey {
  const key = owner.keys.get(Number(call.params.key_id));
  if (!key || call.visible([key]).length === 0) throw notFound("Deploy key not found");
  return key;
}

/** The comment is stored apart from the key. */
export function splitKey(text: string): { key: string; comment: string } {
  const [type = "", data = "", ...comment] = text.trim().split(/\s+/);
  if (!/^(ssh-|ecdsa-|sk-)/.test(type) || !/^[A-Za-z0-9+/]+=*$/.test(data)) {
    throw badRequest("Bad request", { key: ["Invalid SSH key"] });
  }
  return { key: `${type} ${data}`, comment: comment.join(" ") };
}

function failTaken() {
  return badRequest("Someone has already registered that SSH key.", {
    key: ["Someone has already registered that SSH key."],
  });
}

function failReserved() {
  const message = "SSH keys must be unique and deleted keys may take up to 30 days to be available again.";
  return badRequest(message, { key: [message] });
}

/** Whether a key is a deploy key, and so cannot be a user's own. */
export function isDeployKey(state: State, key: string): boolean {
  for (const owner of state.workspaces.values()) {
    for (const place of [...owner.repositories.values(), ...owner.projects.values()])
      for (const other of place.deployKeys.values()) if (other.key === key) return true;
  }
  return false;
}

function render(call: Call, owner: KeyOwner, key: DeployKey): unknown {
  return {
    type: owner.type === "project" ? "project_deploy_key" : "deploy_key",
    ...key,
    last_used: key.last_used ?? null,
    [owner.type]: owner.object,
    links: { self: apiLink(call, `${owner.path}/deploy-keys/${key.id}`) },
  };
}
