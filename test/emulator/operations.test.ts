import { readFileSync } from "node:fs";
import { join } from "node:path";
import { computeCoverage } from "../../packages/emulator/src/coverage";
import { families } from "../../packages/emulator/src/families";
import { operationScopes } from "../../packages/emulator/src/operationScopes";
import { paths } from "../openapi";

/** Those for which the API's document names no scopes. */
const withoutScopes = /^GET \/hook_events|\/identity\/oidc\/| \/site\//;

function emulated(): readonly { operation: string; scopesOf: string }[] {
  const found: { operation: string; scopesOf: string }[] = [];
  for (const family of families) {
    family((method, path, _handler, as = `${method} ${path}`) => {
      found.push({ operation: `${method} ${path}`, scopesOf: as });
    });
  }
  return found;
}

test("every operation that is emulated asks for the scopes of one of the API's own", () => {
  const operations = emulated();
  expect(
    operations
      .map(({ scopesOf }) => scopesOf)
      .filter((scopesOf) => !(scopesOf in operationScopes) && !withoutScopes.test(scopesOf)),
  ).toEqual([]);
  expect(operations.length).toBeGreaterThan(120);
});

test("what is emulated and what test/openapi describes is the same: see CONTRIBUTING.md", () => {
  const described = Object.entries(paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(
    emulated()
      .map(({ operation }) => operation)
      .sort(),
  ).toEqual(described.sort());
});

test("docs/reference/emulator-coverage.md is what the routes say; `npm run docs:emulator` writes it", () => {
  const { page, all, emulated: count, gone } = computeCoverage();
  expect([all, count >= 234, gone]).toEqual([331, true, 37]);
  expect(readFileSync(join(__dirname, "../../docs/reference/emulator-coverage.md"), "utf8")).toBe(page);
});
