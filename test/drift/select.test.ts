/** Which findings a filter chooses. */
import { FilterError, selector } from "../../src/drift/select";

test("patterns choose by any name of a repository, and leave out", () => {
  const api = { kind: "Webhook", project: "PLAT", repositories: ["api", "public-api"] };
  expect(selector({})(api)).toBe(true);
  expect(selector({ repositories: ["public-*"] })(api)).toBe(true);
  expect(selector({ repositories: ["*", "!api"] })(api)).toBe(false);
  expect(selector({ repositories: ["!web"] })(api)).toBe(true);
  expect(selector({ projects: ["PL*"], kinds: ["webhooks"] })(api)).toBe(true);
  expect(selector({ kinds: ["DeployKey"] })(api)).toBe(false);
  expect(selector({ projects: ["PLAT"] })({ kind: "Webhook", repositories: [] })).toBe(false);
  expect(selector({ kinds: ["userPermissions"] })({ ...api, kind: "ProjectUserPermission" })).toBe(true);
  expect(() => selector({ kinds: ["Deploykeys2"] })).toThrow(FilterError);
});
