/** Deployment environments. */
import { invalidField, pipelinesConflict } from "./errors";
import type { Call, Route } from "./server";
import { readPart, readText, recordLocationBelow, requireItem, requireRepository } from "./shared";
import { type Environment, newUuid } from "./state";

const ranks: Readonly<Record<string, number>> = { Test: 0, Staging: 1, Production: 2 };

export function addEnvironmentRoutes(route: Route): void {
  const path = "/repositories/{workspace}/{repo_slug}/environments";
  route("GET", path, (call) =>
    call.page(call.visible(requireRepository(call).repository.environments.values()).map(render), {
      counted: true,
    }),
  );
  route("POST", path, (call) => {
    const { environments } = requireRepository(call, "admin").repository;
    const name = readText(call, "name", "");
    const type = String(readPart(call, "environment_type")?.name ?? "Test");
    if (name.trim() === "") throw invalidField("name", "The name is required.");
    const rank = ranks[type];
    if (rank === undefined) throw invalidField("environment_type", `"${type}" is not a valid choice.`);
    checkName(environments, name);
    const made: Environment = { uuid: newUuid(), name, type, rank, adminOnly: false, variables: new Map() };
    environments.set(made.uuid, call.made(made));
    recordLocationBelow(call, made.uuid);
    return render(made);
  });
  route("GET", `${path}/{environment_uuid}`, (call) => render(requireEnvironment(call)));
  route("DELETE", `${path}/{environment_uuid}`, (call) => {
    requireRepository(call, "admin").repository.environments.delete(requireEnvironment(call).uuid);
  });
  route("POST", `${path}/{environment_uuid}/changes`, (call) => {
    const { environments } = requireRepository(call, "admin").repository;
    const found = requireEnvironment(call);
    const change = readPart(call, "change") ?? {};
    if (typeof change.name === "string" && change.name !== found.name) {
      checkName(environments, change.name);
      found.name = change.name;
    }
    const restrictions = change.restrictions as { admin_only?: unknown } | undefined;
    if (typeof restrictions?.admin_only === "boolean") found.adminOnly = restrictions.admin_only;
    call.status(202);
  });
}

/** The three default environments of a repository. */
export function addDefaultEnvironments(environments: Map<string, Environment>): void {
  for (const [name, rank] of Object.entries(ranks)) {
    const uuid = newUuid();
    environments.set(uuid, { uuid, name, type: name, rank, adminOnly: false, variables: new Map() });
  }
}

export function requireEnvironment(call: Call): Environment {
  return requireItem(
    call,
    requireRepository(call, call.url.pathname.includes("deployments_config") ? "admin" : "read").repository
      .environments,
    "environment_uuid",
    "Environment not found",
  );
}

function checkName(environments: Map<string, Environment>, name: string): void {
  for (const other of environments.values()) {
    if (other.name === name)
      throw pipelinesConflict(
        "deployment-service.environment.duplicate",
        `An environment named ${name} already exists.`,
      );
  }
}

function render(found: Environment): unknown {
  return {
    type: "deployment_environment",
    uuid: found.uuid,
    name: found.name,
    slug: found.name.toLowerCase().replace(/[^a-z0-9]+/g, "-"),
    rank: found.rank,
    hidden: false,
    environment_type: { type: "deployment_environment_type", name: found.type, rank: found.rank },
    restrictions: { type: "deployment_restrictions_configuration", admin_only: found.adminOnly },
    lock: { type: "deployment_environment_lock_open", name: "OPEN" },
    category: { name: found.type },
  };
}
