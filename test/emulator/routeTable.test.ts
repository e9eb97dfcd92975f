import { type ListedRoute, RouteTable } from "../../packages/emulator/src/routeTable";
import { exampleTokens, startEmulator } from "../support/emulator";

const table = new RouteTable();
const routes = [
  "GET /2.0/repositories/{workspace}/{repo_slug}/hooks",
  "GET /2.0/repositories/{workspace}/{repo_slug}/hooks/{uid}",
  "DELETE /2.0/repositories/{workspace}/{repo_slug}/hooks/{uid}",
  "GET /2.0/repositories/{workspace}/{repo_slug}/refs/branches/{name}",
  "GET /2.0/repositories/{workspace}/{repo_slug}/src/{commit}/{path}",
  "GET /2.0/repositories/{workspace}/{repo_slug}/src",
  "GET /2.0/teams/{team}/members",
  "GET /2.0/teams/first/projects",
];
for (const operation of routes) {
  const [method = "", path = ""] = operation.split(" ");
  const route: ListedRoute = { operation, handler: () => undefined };
  table.add(method, path, route);
}
const find = (method: string, url: string) => {
  const found = table.find(method, url);
  return found && [found.route.operation, found.params];
};
const repository = { workspace: "acme", repo_slug: "api" };
const base = "/2.0/repositories/acme/api";

test.each([
  ["GET", `${base}/hooks?page=2`, 0, repository],
  ["GET", `${base}/hooks/`, 0, repository],
  ["GET", `${base}/hooks/%7Bx%7D`, 1, { ...repository, uid: "{x}" }],
  ["DELETE", `${base}/hooks/a%2Fb`, 2, { ...repository, uid: "a/b" }],
  ["GET", `${base}/refs/branches/feature/one`, 3, { ...repository, name: "feature/one" }],
  ["GET", `${base}/refs/branches/feature%2Fone`, 3, { ...repository, name: "feature/one" }],
  ["GET", `${base}/src/main/docs/a%20b.md`, 4, { ...repository, commit: "main", path: "docs/a b.md" }],
  ["GET", `${base}/src/`, 5, repository],
  ["GET", "/2.0/teams/first/members", 6, { team: "first" }],
  ["GET", "/2.0/teams/first/projects", 7, {}],
])("%s %s", (method, url, at, params) => {
  expect(find(method, url)).toEqual([routes[at], params]);
});

test.each([
  ["PUT", `${base}/hooks`],
  ["GET", `${base}/hooks/a/b`],
  ["GET", "/2.0/repositories/acme"],
  ["GET", "/2.0"],
])("%s %s is no route", (method, url) => {
  expect(find(method, url)).toBeUndefined();
});

test("a parameter has 2,000 characters at most", () => {
  expect(find("GET", `${base}/hooks/${"x".repeat(2000)}`)?.[0]).toBe(routes[1]);
  expect(find("GET", `${base}/hooks/${"x".repeat(2001)}`)).toBeUndefined();
});

test("HEAD is answered as GET, and what is not emulated is told once", async () => {
  const told: string[] = [];
  const emulator = await startEmulator({ log: (line) => told.push(line) });
  try {
    const authorization = `Basic ${btoa(`${exampleTokens.email}:${exampleTokens.admin}`)}`;
    const ask = (method: string, path: string) =>
      fetch(`${emulator.url}${path}`, { method, headers: { authorization } });
    const answer = await ask("HEAD", "/hook_events");
    expect([answer.status, answer.headers.get("content-type"), await answer.text()]).toEqual([
      ...[200, "application/json; charset=utf-8", ""],
    ]);
    for (const method of ["PUT", "PUT", "PATCH"])
      expect((await ask(method, "/hook_events")).status).toBe(404);
    expect(told).toEqual(["not emulated: PUT /2.0/hook_events", "not emulated: PATCH /2.0/hook_events"]);
  } finally {
    await emulator.close();
  }
});
