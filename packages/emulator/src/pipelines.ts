/** Pipelines of a repository: on or off, schedules, SSH keys, known hosts, runners, caches; and OIDC of a workspace. */
import { createHash } from "node:crypto";
import { allowWorkspaceAdmin } from "./access";
import { badRequest, invalidField, notFound, Refusal } from "./errors";
import type { Call, Route } from "./server";
import {
  apiLink,
  readFlag,
  readPart,
  readText,
  recordLocationBelow,
  requireItem,
  requireRepository,
  requireWorkspace,
} from "./shared";
import { type Item, newUuid, type Repository } from "./state";

const repo = "/repositories/{workspace}/{repo_slug}";

export function addPipelineRoutes(route: Route): void {
  route("GET", `${repo}/pipelines_config`, (call) =>
    renderConfig(requireRepository(call, "admin").repository),
  );
  route("PUT", `${repo}/pipelines_config`, (call) => {
    const found = requireRepository(call, "admin").repository;
    found.pipelinesEnabled = readFlag(call, "enabled", found.pipelinesEnabled ?? false);
    return renderConfig(found);
  });
  route("PUT", `${repo}/pipelines_config/build_number`, (call) => {
    const found = requireRepository(call, "admin").repository;
    const next = call.body.next;
    if (typeof next !== "number" || next <= found.nextBuildNumber - 1)
      throw badRequest("The next build number has to be higher than the latest.");
    found.nextBuildNumber = next;
    return { type: "pipeline_build_number", next };
  });
  scheduleRoutes(route);
  sshRoutes(route);
  runnerRoutes(route);
  route("GET", `${repo}/pipelines-config/caches`, (call) =>
    call.page([...requireRepository(call).repository.caches.values()], { counted: true }),
  );
  route("DELETE", `${repo}/pipelines-config/caches`, (call) => {
    const { caches } = requireRepository(call, "write").repository;
    const name = call.url.searchParams.get("name");
    for (const cache of [...caches.values()])
      if (name === null || cache.name === name) caches.delete(cache.uuid);
  });
  route("DELETE", `${repo}/pipelines-config/caches/{cache_uuid}`, (call) => {
    if (!requireRepository(call, "write").repository.caches.delete(call.params.cache_uuid ?? ""))
      throw notFound("Cache not found");
  });
  const oidc = "/workspaces/{workspace}/pipelines-config/identity/oidc";
  route("GET", `${oidc}/.well-known/openid-configuration`, (call) => {
    const issuer = apiLink(
      call,
      `/workspaces/${requireWorkspace(call).slug}/pipelines-config/identity/oidc`,
    ).href;
    return {
      issuer,
      jwks_uri: `${issuer}/keys.json`,
      id_token_signing_alg_values_supported: ["RS256"],
      subject_types_supported: ["public"],
    };
  });
  route("GET", `${oidc}/keys.json`, (call) => {
    requireWorkspace(call);
    return { keys: [{ kty: "RSA", use: "sig", alg: "RS256", kid: "emulator", n: "AQAB", e: "AQAB" }] };
  });
}

function renderConfig(found: Repository): unknown {
  // A repository whose Pipelines were never configured has no configuration.
  if (found.pipelinesEnabled === undefined) throw notFound("Not found");
  return {
    type: "repository_pipelines_configuration",
    enabled: found.pipelinesEnabled,
    repository: { type: "repository", uuid: found.uuid },
  };
}

function scheduleRoutes(route: Route): void {
  const path = `${repo}/pipelines_config/schedules`;
  const one = (call: Call, level: "read" | "write") => {
    return requireItem(
      call,
      requireRepository(call, level).repository.schedules,
      "schedule_uuid",
      "Schedule not found",
    );
  };
  route("GET", path, (call) =>
    call.page(call.visible(requireRepository(call).repository.schedules.values()), { counted: true }),
  );
  route("POST", path, (call) => {
    const found = requireRepository(call, "write").repository;
    if (!found.pipelinesEnabled) throw badRequest("Pipelines is not enabled for this repository.");
    // Too many are a 401, although the credential is fine.
    if (found.schedules.size >= 10)
      throw new Refusal(401, "The maximum limit of schedules for this repository was reached.");
    const target = readPart(call, "target");
    const cron = readText(call, "cron_pattern", "");
    if (!/^\S+( \S+){6}$/.test(cron))
      throw invalidField("cron_pattern", "The cron pattern has to have 7 fields.");
    if (target?.ref_type !== "branch") throw invalidField("target", "Only branches are supported.");
    const made: Item = {
      type: "pipeline_schedule",
      uuid: newUuid(),
      enabled: true,
      cron_pattern: cron,
      target: {
        type: "pipeline_ref_target",
        ...target,
        selector: { type: "branches", pattern: target.ref_name, ...(target.selector as object) },
      },
      created_on: call.now(),
      updated_on: call.now(),
    };
    found.schedules.set(made.uuid, call.made(made));
    recordLocationBelow(call, made.uuid);
    return made;
  });
  route("GET", `${path}/{schedule_uuid}`, (call) => one(call, "read"));
  route("PUT", `${path}/{schedule_uuid}`, (call) =>
    Object.assign(one(call, "write"), { enabled: readFlag(call, "enabled", true), updated_on: call.now() }),
  );
  // Nothing runs on a schedule here.
  route("GET", `${path}/{schedule_uuid}/executions`, (call) => {
    one(call, "read");
    return call.page([], { counted: true });
  });
  route("DELETE", `${path}/{schedule_uuid}`, (call) => {
    requireRepository(call, "write").repository.schedules.delete(one(call, "write").uuid);
  });
}

function sshRoutes(route: Route): void {
  const pair = `${repo}/pipelines_config/ssh/key_pair`;
  const show = (found: Repository) => {
    if (!found.keyPair) throw notFound("SSH key pair not found");
    return { type: "pipeline_ssh_key_pair", public_key: found.keyPair.public_key };
  };
  route("GET", pair, (call) => show(requireRepository(call, "admin").repository));
  route("PUT", pair, (call) => {
    const found = requireRepository(call, "admin").repository;
    const pair = {
      private_key: readText(call, "private_key", ""),
      public_key: readText(call, "public_key", ""),
    };
    for (const [name, value] of Object.entries(pair))
      if (value === "") throw invalidField(name, "This field is required.");
    found.keyPair = pair;
    return show(found);
  });
  route("DELETE", pair, (call) => {
    const found = requireRepository(call, "admin").repository;
    show(found);
    found.keyPair = undefined;
  });

  knownHostRoutes(route);
}

function knownHostRoutes(route: Route): void {
  const hosts = `${repo}/pipelines_config/ssh/known_hosts`;
  const one = (call: Call) => {
    return requireItem(
      call,
      requireRepository(call, "admin").repository.knownHosts,
      "known_host_uuid",
      "Known host not found",
    );
  };
  const write = (call: Call, host: Item): Item => {
    const key = readPart(call, "public_key") ?? {};
    const data = Buffer.from(String(key.key ?? ""), "base64");
    if (readText(call, "hostname", String(host.hostname ?? "")) === "")
      throw invalidField("hostname", "This field is required.");
    if (!key.key_type || data.length === 0)
      throw invalidField("public_key", "A key type and a key are required.");
    return Object.assign(host, {
      type: "pipeline_known_host",
      hostname: readText(call, "hostname", String(host.hostname ?? "")),
      public_key: {
        type: "pipeline_ssh_public_key",
        key_type: key.key_type,
        key: key.key,
        md5_fingerprint: createHash("md5").update(data).digest("hex"),
        sha256_fingerprint: createHash("sha256").update(data).digest("base64"),
      },
    });
  };
  route("GET", hosts, (call) =>
    call.page(call.visible(requireRepository(call, "admin").repository.knownHosts.values()), {
      counted: true,
    }),
  );
  route("POST", hosts, (call) => {
    const made = call.made(write(call, { uuid: newUuid() }));
    requireRepository(call, "admin").repository.knownHosts.set(made.uuid, made);
    recordLocationBelow(call, made.uuid);
    return made;
  });
  route("GET", `${hosts}/{known_host_uuid}`, one);
  route("PUT", `${hosts}/{known_host_uuid}`, (call) => write(call, one(call)));
  route("DELETE", `${hosts}/{known_host_uuid}`, (call) => {
    requireRepository(call, "admin").repository.knownHosts.delete(one(call).uuid);
  });
}

function runnerRoutes(route: Route): void {
  const ofWorkspace = (call: Call) => {
    const owner = requireWorkspace(call);
    allowWorkspaceAdmin(call.principal, owner);
    return owner.runners;
  };
  for (const [path, runnersOf] of [
    [`${repo}/pipelines-config/runners`, (call: Call) => requireRepository(call, "admin").repository.runners],
    ["/workspaces/{workspace}/pipelines-config/runners", ofWorkspace],
  ] as const) {
    const one = (call: Call) => {
      return requireItem(call, runnersOf(call), "runner_uuid", "Runner not found");
    };
    const write = (call: Call, runner: Item) => {
      const name = readText(call, "name", String(runner.name ?? ""));
      const labels = Array.isArray(call.body.labels) ? call.body.labels : (runner.labels ?? []);
      if (name === "") throw invalidField("name", "The name is required.");
      const { cordoned } = (call.body.state ?? {}) as { cordoned?: unknown };
      const state = { ...(runner.state as object), ...(typeof cordoned === "boolean" ? { cordoned } : {}) };
      return Object.assign(runner, { type: "pipeline_runner", name, labels, state, updated_on: call.now() });
    };
    route("GET", path, (call) => call.page(call.visible(runnersOf(call).values()), { counted: true }));
    route("POST", path, (call) => {
      const runner: Item = {
        uuid: newUuid(),
        state: { status: "UNREGISTERED", cordoned: false },
        created_on: call.now(),
        oauth_client: {
          id: newUuid().slice(1, -1),
          token_endpoint: "https://auth.atlassian.com/oauth/token",
          audience: "api.atlassian.com",
        },
      };
      runnersOf(call).set(runner.uuid, call.made(write(call, runner)));
      // The secret is only shown this once.
      return {
        ...runner,
        oauth_client: { ...(runner.oauth_client as object), secret: newUuid().slice(1, -1) },
      };
    });
    route("GET", `${path}/{runner_uuid}`, one);
    route("PUT", `${path}/{runner_uuid}`, (call) => write(call, one(call)));
    route("DELETE", `${path}/{runner_uuid}`, (call) => {
      runnersOf(call).delete(one(call).uuid);
    });
  }
}
