/** The findings that a filter selects. */
import { createSelector, FilterError } from "../../src/drift/select";

test("patterns choose by any name of a repository, and leave out", () => {
  const api = { kind: "Webhook", project: "PLAT", repositories: ["api", "public-api"] };
  expect(createSelector({})(api)).toBe(true);
  expect(createSelector({ repositories: ["public-*"] })(api)).toBe(true);
  expect(createSelector({ repositories: ["*", "!api"] })(api)).toBe(false);
  expect(createSelector({ repositories: ["!web"] })(api)).toBe(true);
  expect(createSelector({ projects: ["PL*"], kinds: ["webhooks"] })(api)).toBe(true);
  expect(createSelector({ kinds: ["DeployKey"] })(api)).toBe(false);
  expect(createSelector({ projects: ["PLAT"] })({ kind: "Webhook", repositories: [] })).toBe(false);
  expect(createSelector({ kinds: ["userPermissions"] })({ ...api, kind: "ProjectUserPermission" })).toBe(
    true,
  );
  expect(() => createSelector({ kinds: ["Deploykeys2"] })).toThrow(FilterError);
});
