/** Severity: judged by a difference's effect on who can see, change or run what. */

import { kinds } from "../../src/kinds";
import { buildLink } from "../../src/model/settingsPage";
import {
  severityOfExtra,
  severityOfField,
  severityOfMissing,
  severityOfRecreated,
  severityOfUncreated,
} from "../../src/model/severity";

const kindOf = (name: string) => {
  const found = kinds.find((kind) => kind.name === name);
  if (!found) throw new Error(`There is no kind ${name}`);
  return found;
};

test.each(kinds.map((kind) => [kind.name, kind] as const))(
  "%s is judged by fields that it has",
  (_, kind) => {
    for (const field of Object.keys(kind.severity.fields ?? {}))
      expect(Object.keys(kind.args.shape)).toContain(field);
  },
);

test.each<[string, string, unknown, unknown, string]>([
  ["Repository", "isPrivate", true, false, "critical"],
  ["Repository", "isPrivate", false, true, "medium"],
  ["Repository", "forkPolicy", "no_forks", "allow_forks", "high"],
  ["Repository", "forkPolicy", "allow_forks", "no_forks", "medium"],
  ["Repository", "description", "a", "b", "low"],
  ["Project", "isPrivate", true, false, "critical"],
  ["RepositoryUserPermission", "permission", "read", "admin", "critical"],
  ["RepositoryGroupPermission", "permission", "read", "write", "high"],
  ["ProjectUserPermission", "permission", "admin", "read", "medium"],
  ["BranchRestriction", "value", 2, 1, "critical"],
  ["BranchRestriction", "value", 2, 3, "medium"],
  ["BranchRestriction", "users", ["{a}"], ["{a}", "{b}"], "critical"],
  ["BranchRestriction", "users", ["{a}", "{b}"], ["{a}"], "medium"],
  ["BranchRestriction", "groups", [], ["developers"], "critical"],
  ["BranchRestriction", "pattern", "main", "other", "critical"],
  ["Webhook", "url", "https://ci.example.com/a", "https://evil.example.com/a", "critical"],
  ["Webhook", "url", "https://ci.example.com/a", "http://ci.example.com/a", "critical"],
  ["Webhook", "url", "https://ci.example.com/a", "https://ci.example.com/b", "high"],
  ["Webhook", "url", "https://ci.example.com/a", "no url", "critical"],
  ["Webhook", "skipCertVerification", false, true, "critical"],
  ["Webhook", "skipCertVerification", true, false, "low"],
  ["Webhook", "secret", "[secret]", undefined, "high"],
  ["PipelineVariable", "secured", true, false, "critical"],
  ["DeploymentEnvironment", "adminOnly", true, false, "critical"],
  ["PipelineKnownHost", "publicKey", "a", "b", "critical"],
  ["OverrideSettings", "branchRestrictions", false, true, "critical"],
  ["Tag", "aFieldWithoutARule", 1, 2, "low"],
])("%s %s from %j to %j is %s", (kind, field, expected, live, severity) => {
  expect(severityOfField(kindOf(kind), field, expected, live, {})).toBe(severity);
});

test("what is there and should not be, or the other way round", () => {
  expect(severityOfExtra(kindOf("DeployKey"), {})).toBe("critical");
  expect(severityOfExtra(kindOf("RepositoryUserPermission"), { permission: "admin" })).toBe("critical");
  expect(severityOfExtra(kindOf("RepositoryUserPermission"), { permission: "read" })).toBe("high");
  expect(severityOfMissing(kindOf("BranchRestriction"), { kind: "push" })).toBe("critical");
  expect(severityOfMissing(kindOf("BranchRestriction"), { kind: "allow_auto_merge_when_builds_pass" })).toBe(
    "low",
  );
  expect(severityOfMissing(kindOf("RepositoryFile"), { path: "a/CODEOWNERS" })).toBe("high");
  expect(
    severityOfField(kindOf("RepositoryFile"), "content", "a", "b", { path: "bitbucket-pipelines.yml" }),
  ).toBe("high");
  expect(severityOfRecreated(kindOf("PipelineVariable"), ["low"])).toBe("high");
  expect(severityOfUncreated(kindOf("Repository"), {})).toBe("low");
  expect(severityOfUncreated(kindOf("BranchRestriction"), { kind: "push" })).toBe("critical");
});

test("a link leads to a page below the repository, the project or the workspace, whatever the name", () => {
  for (const { name } of kinds) {
    const at = { workspace: "a c", project: "P", repository: "../x" };
    const url = new URL(buildLink(kindOf(name), at, { name: "a/b ?", path: "a b", branch: "m/n" }));
    expect(url.origin).toBe("https://bitbucket.org");
    if (name !== "SshKey" && name !== "GpgKey") expect(url.pathname).toMatch(/^\/a%20c\/\.\.%2Fx\//);
  }
  expect(buildLink(kindOf("Webhook"), { workspace: "acme" }, {})).toBe(
    "https://bitbucket.org/acme/workspace/settings/webhooks",
  );
  expect(buildLink(kindOf("DeployKey"), { workspace: "acme", project: "P" }, {})).toBe(
    "https://bitbucket.org/acme/workspace/projects/P/settings/access-keys",
  );
});
