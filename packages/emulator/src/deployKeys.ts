/** Deploy keys of repositories and of projects. */

import { badRequest, invalidField, type Refusal } from "./errors";
import type { Call, Route } from "./server";
import { apiLink, readText, requireItem } from "./shared";
import type { DeployKey, State } from "./state";
import { projectOf, repositoryOf, type Subject } from "./subjects";

export function addDeployKeyRoutes(route: Route): void {
  for (const [path, ownerOf] of [
    ["/repositories/{workspace}/{repo_slug}/deploy-keys", repositoryOf],
    ["/workspaces/{workspace}/projects/{project_key}/deploy-keys", projectOf],
  ] as const) {
    route("GET", path, (call) => {
      const owner = ownerOf(call);
      return call.page(call.visible(owner.found.deployKeys.values()).map((key) => render(call, owner, key)));
    });
    route("POST", path, (call) => {
      const owner = ownerOf(call);
      const { key, comment } = splitKey(readText(call, "key", ""));
      for (const other of owner.found.deployKeys.values()) if (other.key === key) throw failTaken();
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
      owner.found.deployKeys.set(made.id, call.made(made));
      return render(call, owner, made);
    });
    route("GET", `${path}/{key_id}`, (call) => {
      const owner = ownerOf(call);
      return render(call, owner, one(call, owner));
    });
    route("DELETE", `${path}/{key_id}`, (call) => {
      const owner = ownerOf(call);
      const found = one(call, owner);
      owner.found.deployKeys.delete(found.id);
      if (call.habits.reserveDeletedKeys) {
        call.state.reservedKeys ??= new Set();
        call.state.reservedKeys.add(found.key);
      }
    });
  }
  // A project's keys cannot be updated.
  route("PUT", "/repositories/{workspace}/{repo_slug}/deploy-keys/{key_id}", (call) => {
    const owner = repositoryOf(call);
    const found = one(call, owner);
    if (splitKey(readText(call, "key", found.key)).key !== found.key) {
      throw badRequest("You can't modify the contents of an access key. Delete it and add it again.");
    }
    found.label = readText(call, "label", found.label);
    return render(call, owner, found);
  });
}

function one(call: Call, owner: Subject): DeployKey {
  return requireItem(call, owner.found.deployKeys, "key_id", "Deploy key not found");
}

/** The comment is stored apart from the key. */
export function splitKey(text: string): { key: string; comment: string } {
  const [type = "", data = "", ...comment] = text.trim().split(/\s+/);
  if (!/^(ssh-|ecdsa-|sk-)/.test(type) || !/^[A-Za-z0-9+/]+=*$/.test(data)) {
    throw invalidField("key", "Invalid SSH key");
  }
  return { key: `${type} ${data}`, comment: comment.join(" ") };
}

export function failTaken(): Refusal {
  const message = "Someone has already registered that SSH key.";
  return badRequest(message, { key: [message] });
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

function render(call: Call, owner: Subject, key: DeployKey): unknown {
  return {
    type: owner.type === "project" ? "project_deploy_key" : "deploy_key",
    ...key,
    last_used: key.last_used ?? null,
    [owner.type]: owner.object,
    links: { self: apiLink(call, `${owner.path}/deploy-keys/${key.id}`) },
  };
}
