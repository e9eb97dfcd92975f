import { exampleTokens } from "../../packages/emulator/src";
import { type Ask, asking, bearer, encoded, type Json, repository, start } from "./support";

async function withRepositories(ask: Ask, count: number): Promise<void> {
  await ask("POST", "/workspaces/acme/projects", { key: "PLAT", name: "Platform" });
  for (let number = 1; number <= count; number += 1) {
    await ask("POST", `/repositories/acme/repository-${String(number).padStart(2, "0")}`, {
      is_private: true,
      language: number % 2 === 0 ? "go" : "python",
    });
  }
}

async function pagesFrom(ask: Ask, path: string): Promise<Json[]> {
  const pages: Json[] = [];
  for (let next: string | undefined = path; next; next = pages.at(-1)?.next)
    pages.push((await ask("GET", next)).body);
  return pages;
}

describe("pages", () => {
  test("hold ten items by default and go on by an opaque link that keeps the other parameters", async () => {
    const { alice } = await start();
    await withRepositories(alice, 25);
    const pages = await pagesFrom(alice, "/repositories/acme?sort=-slug&fields=values.slug,next");
    expect(pages.map((page) => page.values.length)).toEqual([10, 10, 5]);
    expect(pages[0].values[0]).toEqual({ slug: "repository-25" });
    expect(pages[2].values.at(-1)).toEqual({ slug: "repository-01" });
    const next = new URL(pages[0].next);
    expect(next.searchParams.get("sort")).toBe("-slug");
    expect(next.searchParams.get("page")).toBeNull();
    expect(pages[2].next).toBeUndefined();
  });

  test("are counted by the pipelines service", async () => {
    const { alice } = await start();
    await repository(alice);
    for (let number = 0; number < 12; number += 1)
      await alice("POST", "/repositories/acme/api/pipelines_config/variables", {
        key: `KEY_${number}`,
        value: "1",
      });
    const path = "/repositories/acme/api/pipelines_config/variables";
    const [first, second] = await pagesFrom(alice, path);
    expect([first.page, first.size, first.pagelen, second.page]).toEqual([1, 12, 10, 2]);
    expect((await alice("GET", `${path}?page=2`)).body.values).toEqual(second.values);
  });

  test.each([
    ["/repositories/acme?pagelen=101", 400],
    ["/repositories/acme?pagelen=100", 200],
    ["/repositories/acme?pagelen=0", 400],
    ["/repositories/acme?pagelen=many", 400],
    ["/repositories/acme/api/pullrequests?pagelen=51", 400],
    ["/repositories/acme/api/pullrequests?pagelen=50", 200],
  ])("%s answers %s", async (path, status) => {
    const { alice } = await start();
    await repository(alice);
    const answer = await alice("GET", path);
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body.error.message).toBe("Invalid pagelen");
  });
});

describe("partial responses", () => {
  const keys = (value: Json) => Object.keys(value).sort();

  test("show only what is asked for", async () => {
    const { alice, emulator } = await start();
    await repository(alice);
    const ask = async (fields: string) =>
      (await alice("GET", `/repositories/acme/api?fields=${encodeURIComponent(fields)}`)).body;
    expect(keys(await ask("uuid,project.key"))).toEqual(["project", "uuid"]);
    expect((await ask("uuid,project.key")).project).toEqual({ key: "PLAT" });
    expect((await ask("links.*.href")).links.html).toEqual({ href: `${emulator.origin}/acme/api` });
    expect(keys(await ask("-*,+slug,+project.key"))).toEqual(["project", "slug"]);
    const without = await ask("-links,-project.name");
    expect(without.links).toBeUndefined();
    expect(keys(without.project)).toEqual(["key", "links", "type", "uuid"]);
  });

  test("of a collection lose the link to the next page where it is not asked for", async () => {
    const { alice } = await start();
    await withRepositories(alice, 11);
    expect(keys((await alice("GET", "/repositories/acme?fields=values.uuid")).body)).toEqual(["values"]);
    expect(keys((await alice("GET", "/repositories/acme?fields=values.uuid,next")).body)).toEqual([
      "next",
      "values",
    ]);
  });

  test("show a member's e-mail address to an administrator who asks for it", async () => {
    const { alice } = await start();
    const query = `q=${encodeURIComponent('user.email IN ("bob@acme.example","nobody@acme.example")')}`;
    const plain = await alice("GET", `/workspaces/acme/members?${query}`);
    expect(plain.body.values).toMatchObject([{ user: { nickname: "bob" } }]);
    expect(plain.text).not.toContain("@acme.example");
    const asked = await alice("GET", `/workspaces/acme/members?${query}&fields=%2Bvalues.user.email`);
    expect(asked.body.values).toMatchObject([{ user: { nickname: "bob", email: "bob@acme.example" } }]);
  });
});

describe("queries", () => {
  test.each([
    ['slug = "repository-03"', ["03"]],
    ['slug ~ "ORY-1"', ["10", "11", "12"]],
    ['language = "go" AND slug > "repository-08"', ["10", "12"]],
    ['(slug = "repository-01" OR slug = "repository-02") AND language != "go"', ["01"]],
    ['slug IN ("repository-05", "repository-07")', ["05", "07"]],
    ["is_private = false", []],
    ['project.key = "PLAT" AND slug <= "repository-01"', ["01"]],
    ["updated_on < 2001-01-01", []],
  ])("%s", async (query, expected) => {
    const { alice } = await start();
    await withRepositories(alice, 12);
    const { body } = await alice("GET", `/repositories/acme?pagelen=50&q=${encodeURIComponent(query)}`);
    expect(body.values.map((one: Json) => one.slug.slice(-2))).toEqual(expected);
  });

  test.each(["slug =", "slug = (", '= "a"', 'slug ? "a"'])("%s is a bad request", async (query) => {
    const { alice } = await start();
    await repository(alice);
    expect((await alice("GET", `/repositories/acme?q=${encodeURIComponent(query)}`)).status).toBe(400);
  });
});

describe("addresses", () => {
  test("take UUIDs for workspaces and repositories, and no workspace for a repository's UUID", async () => {
    const { alice } = await start();
    const { uuid, workspace } = await repository(alice);
    for (const path of [
      `/repositories/acme/${encoded(uuid)}`,
      `/repositories/${encoded(workspace.uuid)}/api`,
      `/repositories/${encoded("{}")}/${encoded(uuid)}`,
    ]) {
      const answer = await alice("GET", path);
      expect([path, answer.status, answer.body.uuid]).toEqual([path, 200, uuid]);
    }
    expect(
      (await alice("GET", `/repositories/%7B%7D/${encoded("{00000000-0000-0000-0000-000000000000}")}`))
        .status,
    ).toBe(404);
  });

  test("that are not the API's get an error and are told once", async () => {
    const lines: string[] = [];
    const { alice } = await start({ log: (line) => lines.push(line) });
    for (let round = 0; round < 2; round += 1) {
      const answer = await alice("GET", "/repositories/acme/api/no-such-thing?a=b");
      expect([answer.status, answer.body.type]).toEqual([404, "error"]);
    }
    expect(lines).toEqual(["not emulated: GET /2.0/repositories/acme/api/no-such-thing"]);
  });

  test.each([
    "/workspaces",
    "/repositories",
    "/user/permissions/workspaces",
    "/user/permissions/repositories",
  ])("across workspaces are gone: %s", async (path) => {
    const { alice } = await start();
    const answer = await alice("GET", path);
    expect(answer.status).toBe(410);
    expect(answer.body.error.message).toMatch(/^CHANGE-2770/);
    expect(answer.body.error.data.announcement_url).toMatch(/^https:/);
  });

  test("with a body that is no JSON get a 400", async () => {
    const { emulator, alice } = await start();
    await repository(alice);
    const response = await fetch(`${emulator.url}/repositories/acme/api`, {
      method: "PUT",
      headers: {
        "content-type": "application/json",
        authorization: bearer(exampleTokens.workspace),
      },
      body: "{",
    });
    expect(response.status).toBe(400);
  });
});

describe("rate limits", () => {
  test("end in a plain text, count webhooks apart, and roll on", async () => {
    let now = 0;
    const { alice, emulator } = await start({ requestsPerHour: 3, now: () => now });
    await repository(alice); // One below /workspaces, one below /repositories: two limits.
    expect((await alice("GET", "/repositories/acme")).status).toBe(200);
    expect((await alice("GET", "/repositories/acme")).status).toBe(200);
    const answer = await alice("GET", "/repositories/acme");
    expect([answer.status, answer.text]).toEqual([429, "Rate limit for this resource has been exceeded"]);
    expect(answer.headers.get("content-type")).toMatch(/^text\/plain/);
    expect(answer.headers.get("x-ratelimit-limit")).toBeNull();
    expect((await alice("GET", "/repositories/acme/api/hooks")).status).toBe(200);
    const bot = await asking(emulator, bearer(exampleTokens.workspace))("GET", "/repositories/acme");
    expect(bot.headers.get("x-ratelimit-limit")).toBe("3");
    expect(bot.headers.get("x-ratelimit-nearlimit")).toBe("false");
    expect(bot.headers.get("x-ratelimit-resource")).toBe("api");
    now += 3_600_001;
    expect((await alice("GET", "/repositories/acme")).status).toBe(200);
  });
});

test("requests are recorded without secrets", async () => {
  const { emulator, alice } = await start({ now: () => Date.UTC(2026, 0, 2) });
  await alice("GET", "/workspaces/acme?fields=slug");
  await asking(emulator, bearer("some-secret"))("GET", "/workspaces/acme");
  expect(emulator.requests).toEqual([
    {
      method: "GET",
      path: "/workspaces/acme?fields=slug",
      status: 200,
      credential: "alice",
      at: "2026-01-02T00:00:00.000Z",
    },
    {
      method: "GET",
      path: "/workspaces/acme",
      status: 401,
      credential: "none",
      at: "2026-01-02T00:00:00.000Z",
    },
  ]);
});

test("what was made tells where it is: Location leads to the same", async () => {
  const { alice } = await start();
  const repo = "/repositories/acme/api";
  await repository(alice, "api", true);
  await alice("PUT", `${repo}/pipelines_config`, { enabled: true });
  await alice("POST", `${repo}/refs/branches`, { name: "next", target: { hash: "main" } });
  const environment = await alice("POST", `${repo}/environments`, {
    name: "Test",
    environment_type: { name: "Test" },
  });
  const hook = { url: "https://ci.example.com/", events: ["repo:push"] };
  const host = { hostname: "git.example.com", public_key: { key_type: "ssh-ed25519", key: "AAAA" } };
  const target = { type: "pipeline_ref_target", ref_type: "branch", ref_name: "main" };
  const schedule = { cron_pattern: "0 0 12 * * ? *", target: { ...target, selector: { type: "default" } } };
  const made = [
    await alice("POST", "/workspaces/acme/projects", { key: "NEW", name: "New" }),
    await alice("PUT", "/repositories/acme/put", { is_private: true }),
    await alice("POST", `${repo}/forks`, { name: "fork", workspace: { slug: "acme" } }),
    await alice("POST", `${repo}/hooks`, hook),
    await alice("POST", "/workspaces/acme/hooks", hook),
    environment,
    await alice("POST", `${repo}/pipelines_config/variables`, { key: "A", value: "1" }),
    await alice("POST", "/workspaces/acme/pipelines-config/variables", { key: "A", value: "1" }),
    await alice("POST", `${repo}/pipelines_config/schedules`, schedule),
    await alice("POST", `${repo}/pipelines_config/ssh/known_hosts`, host),
    await alice("POST", `${repo}/pipelines`, { target }),
    await alice("POST", `${repo}/commit/main/comments`, { content: { raw: "Good" } }),
    await alice("POST", `${repo}/pullrequests`, { title: "Next", source: { branch: { name: "next" } } }),
    await alice("POST", `${repo}/pullrequests/1/comments`, { content: { raw: "Good" } }),
    await alice("POST", `${repo}/pullrequests/1/tasks`, { content: { raw: "Do it" } }),
  ];
  for (const { status, headers, body } of made) {
    expect([status, headers.get("location")]).toEqual([201, expect.stringMatching(/^http/)]);
    const there = await alice("GET", headers.get("location") ?? "");
    expect([there.status, there.body.uuid ?? there.body.id]).toEqual([200, body.uuid ?? body.id]);
  }
  // A single variable of an environment cannot be read.
  const path = `${repo}/deployments_config/environments/${encodeURIComponent(environment.body.uuid)}/variables`;
  const variable = await alice("POST", path, { key: "A", value: "1" });
  expect(variable.headers.get("location")).toContain(encodeURIComponent(variable.body.uuid));
});
