import { newUuid } from "../../packages/emulator/src/state";
import { type Ask, encoded, repository, start } from "./support";

const repo = "/repositories/acme/api";

async function environment(ask: Ask, name = "Production"): Promise<string> {
  const { body } = await ask("POST", `${repo}/environments`, {
    name,
    environment_type: { name: "Production" },
  });
  return `${repo}/environments/${encoded(body.uuid)}`;
}

describe.each([
  ["repository", async () => `${repo}/pipelines_config/variables`],
  ["workspace", async () => "/workspaces/acme/pipelines-config/variables"],
  [
    "environment",
    async (ask: Ask) =>
      `${(await environment(ask)).replace("/environments", "/deployments_config/environments")}/variables`,
  ],
])("variables of a %s", (level, pathOf) => {
  async function ready() {
    const { alice } = await start();
    await repository(alice);
    return { alice, path: await pathOf(alice) };
  }

  test("are made, changed and deleted", async () => {
    const { alice, path } = await ready();
    const made = await alice("POST", path, { key: "NAME", value: "one", secured: false });
    expect(made.status).toBe(201);
    expect(made.body).toMatchObject({ key: "NAME", value: "one", secured: false });
    const one = `${path}/${encoded(made.body.uuid)}`;
    const changed = await alice("PUT", one, { key: "RENAMED", value: "two" });
    expect(changed.body).toMatchObject({ uuid: made.body.uuid, key: "RENAMED", value: "two" });
    expect((await alice("GET", path)).body.values).toEqual([changed.body]);
    // An environment's variables can only be read as a collection.
    expect((await alice("GET", one)).status).toBe(level === "environment" ? 404 : 200);
    expect((await alice("DELETE", one)).status).toBe(204);
    expect((await alice("DELETE", one)).status).toBe(404);
  });

  test("never tell a secured value, nor by turning secured off", async () => {
    const { alice, path } = await ready();
    const made = await alice("POST", path, { key: "TOKEN", value: "hush-hush", secured: true });
    expect(made.text + (await alice("GET", path)).text).not.toContain("hush-hush");
    const one = `${path}/${encoded(made.body.uuid)}`;
    expect((await alice("PUT", one, { key: "TOKEN", secured: false })).status).toBe(400);
    const open = await alice("PUT", one, { key: "TOKEN", value: "open", secured: false });
    expect(open.body).toMatchObject({ value: "open", secured: false });
  });

  test("have a key once, told in the pipelines service's own shape", async () => {
    const { alice, path } = await ready();
    await alice("POST", path, { key: "NAME", value: "one" });
    const again = await alice("POST", path, { key: "NAME", value: "two" });
    expect(again.status).toBe(409);
    expect(again.body).toEqual({
      type: "error",
      error: {
        message: expect.any(String),
        detail: expect.any(String),
        data: { key: "variable-service.variable.duplicate" },
      },
    });
  });

  test.each([[{ key: "A-B", value: "x" }], [{ key: "1A", value: "x" }], [{ key: "A" }]])(
    "are refused: %j",
    async (body) => {
      const { alice, path } = await ready();
      expect((await alice("POST", path, body)).status).toBe(400);
    },
  );
});

describe("environments", () => {
  test("are made, changed through changes, and deleted", async () => {
    const { alice } = await start();
    await repository(alice);
    const one = await environment(alice);
    const made = await alice("GET", one);
    expect(made.body).toMatchObject({
      name: "Production",
      environment_type: { name: "Production" },
      restrictions: { admin_only: false },
    });
    const change = (what: object) => alice("POST", `${one}/changes`, { change: what });
    expect((await change({ restrictions: { admin_only: true } })).status).toBe(202);
    expect((await change({ name: "Live" })).status).toBe(202);
    expect((await alice("GET", one)).body).toMatchObject({
      name: "Live",
      restrictions: { admin_only: true },
    });
    expect((await alice("PUT", one, { name: "x" })).status).toBe(404);
    expect((await alice("DELETE", one)).status).toBe(204);
    expect((await alice("GET", one)).status).toBe(404);
  });

  test("clash by name, also with those a repository can come with", async () => {
    const { alice } = await start({ defaultEnvironments: true });
    await repository(alice);
    const names = (await alice("GET", `${repo}/environments`)).body.values.map(
      (one: { name: string }) => one.name,
    );
    expect(names).toEqual(["Test", "Staging", "Production"]);
    const again = await alice("POST", `${repo}/environments`, {
      name: "Test",
      environment_type: { name: "Test" },
    });
    expect(again.status).toBe(409);
    expect(
      (await alice("POST", `${repo}/environments`, { name: "QA", environment_type: { name: "Quality" } }))
        .status,
    ).toBe(400);
  });
});

describe("Pipelines", () => {
  test("have no configuration until they are turned on or off", async () => {
    const { alice } = await start();
    await repository(alice);
    const path = `${repo}/pipelines_config`;
    expect((await alice("GET", path)).status).toBe(404);
    const on = await alice("PUT", path, { enabled: true });
    expect(on.body.enabled).toBe(true);
    expect((await alice("GET", path)).body.enabled).toBe(true);
    const numbers = async (next: number) => (await alice("PUT", `${path}/build_number`, { next })).status;
    expect([await numbers(10), await numbers(5)]).toEqual([200, 400]);
  });

  test("have schedules once they are on, whose only change is on and off", async () => {
    const { alice } = await start();
    await repository(alice);
    const path = `${repo}/pipelines_config/schedules`;
    const schedule = {
      cron_pattern: "0 0 3 * * ? *",
      target: {
        type: "pipeline_ref_target",
        ref_type: "branch",
        ref_name: "main",
        selector: { type: "branches", pattern: "main" },
      },
    };
    expect((await alice("POST", path, schedule)).status).toBe(400);
    await alice("PUT", `${repo}/pipelines_config`, { enabled: true });
    const made = await alice("POST", path, { ...schedule, enabled: false });
    expect([made.status, made.body.enabled]).toEqual([201, true]);
    const one = `${path}/${encoded(made.body.uuid)}`;
    const changed = await alice("PUT", one, { enabled: false, cron_pattern: "0 0 4 * * ? *" });
    expect(changed.body).toMatchObject({ enabled: false, cron_pattern: schedule.cron_pattern });
    expect((await alice("POST", path, { ...schedule, cron_pattern: "daily" })).status).toBe(400);
    for (let number = 1; number < 10; number += 1) await alice("POST", path, schedule);
    // One too many is a 401, although the credential is fine.
    expect((await alice("POST", path, schedule)).status).toBe(401);
    expect((await alice("DELETE", one)).status).toBe(204);
  });

  test("keep a key pair whose private half is never told, and known hosts", async () => {
    const { alice } = await start();
    await repository(alice);
    const pair = `${repo}/pipelines_config/ssh/key_pair`;
    expect((await alice("GET", pair)).status).toBe(404);
    expect((await alice("PUT", pair, { public_key: "ssh-ed25519 AAAA" })).status).toBe(400);
    const put = await alice("PUT", pair, { private_key: "PRIVATE HALF", public_key: "ssh-ed25519 AAAA" });
    expect(put.body.public_key).toBe("ssh-ed25519 AAAA");
    expect(put.text + (await alice("GET", pair)).text).not.toContain("PRIVATE HALF");
    expect((await alice("DELETE", pair)).status).toBe(204);

    const hosts = `${repo}/pipelines_config/ssh/known_hosts`;
    const host = { hostname: "git.example", public_key: { key_type: "ssh-ed25519", key: "AAAA" } };
    const made = await alice("POST", hosts, host);
    expect(made.status).toBe(201);
    expect(made.body.public_key).toMatchObject({
      ...host.public_key,
      sha256_fingerprint: expect.any(String),
    });
    const one = `${hosts}/${encoded(made.body.uuid)}`;
    expect((await alice("PUT", one, { ...host, hostname: "git2.example" })).body.hostname).toBe(
      "git2.example",
    );
    expect((await alice("POST", hosts, { hostname: "x" })).status).toBe(400);
    expect((await alice("DELETE", one)).status).toBe(204);
  });

  test.each([`${repo}/pipelines-config/runners`, "/workspaces/acme/pipelines-config/runners"])(
    "tell a runner's secret once: %s",
    async (path) => {
      const { alice } = await start();
      await repository(alice);
      const made = await alice("POST", path, { name: "linux", labels: ["self.hosted", "linux"] });
      const { id, secret } = made.body.oauth_client;
      expect([typeof id, typeof secret]).toEqual(["string", "string"]);
      const one = `${path}/${encoded(made.body.uuid)}`;
      expect((await alice("GET", one)).text).not.toContain(secret);
      expect((await alice("PUT", one, { name: "linux-2", labels: ["linux"] })).body).toMatchObject({
        name: "linux-2",
        labels: ["linux"],
      });
      expect((await alice("DELETE", one)).status).toBe(204);
      expect((await alice("GET", path)).body.values).toEqual([]);
    },
  );

  test("have caches to delete, and a workspace's OIDC configuration", async () => {
    const { alice, emulator } = await start();
    await repository(alice);
    const caches = emulator.state.workspaces.get("acme")?.repositories.get("api")?.caches;
    const [node, docker] = ["node", "docker"].map((name) => ({
      type: "pipeline_cache",
      uuid: newUuid(),
      name,
    }));
    for (const cache of [node, docker]) if (cache) caches?.set(cache.uuid, cache);
    const path = `${repo}/pipelines-config/caches`;
    expect((await alice("DELETE", `${path}?name=node`)).status).toBe(204);
    expect((await alice("GET", path)).body.values).toEqual([docker]);
    expect((await alice("DELETE", `${path}/${encoded(docker?.uuid ?? "")}`)).status).toBe(204);
    const oidc = "/workspaces/acme/pipelines-config/identity/oidc";
    const { body } = await alice("GET", `${oidc}/.well-known/openid-configuration`);
    expect(body.jwks_uri).toMatch(/keys\.json$/);
    expect((await alice("GET", `${oidc}/keys.json`)).body.keys).toHaveLength(1);
  });
});
