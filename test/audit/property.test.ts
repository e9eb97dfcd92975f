/** A clean workspace of any shape gives no finding, and one fault of any kind gives its own alone. */
import fc from "fast-check";
import { checks, defaultSettings } from "../../src/audit";
import type { AuditSettings } from "../../src/audit/checks/shared/settings";
import type {
  AuditedWorkspace,
  Part,
  ProjectView,
  RepositoryView,
  WorkspaceView,
} from "../../src/audit/checks/shared/views";
import { runChecks } from "../../src/audit/run";
import { scoresOf } from "../../src/audit/score";
import * as kinds from "../../src/kinds";
import type { Kind, Properties } from "../../src/kinds/kind";
import type { SurveyedObject } from "../../src/live";
import { daysAgo, now } from "./support";

const admin = "{admin}";
const settings: AuditSettings = {
  ...defaultSettings,
  now,
  admins: new Set([admin]),
  webhookHosts: ["*.example.com"],
};
const members = new Map([
  [admin, "Ann"],
  ["{member}", "Bob"],
]);

function object(
  kind: Kind,
  id: string,
  args: Properties,
  owner?: SurveyedObject,
  outputs: Properties = {},
): SurveyedObject {
  return { kind, at: { workspace: "acme" }, found: { id, args, outputs }, owner };
}

const text = fc.string({ minLength: 1, maxLength: 12 });
const safeName = fc.constantFrom("REGION", "LOG_LEVEL", "TOKEN_URL", "NODE_ENV");
const webhook = (owner?: SurveyedObject) =>
  fc.record({ title: text, host: fc.constantFrom("ci", "build", "chat") }).map(({ title, host }) =>
    object(
      kinds.webhook,
      `{hook ${title}}`,
      {
        url: `https://${host}.example.com/${encodeURIComponent(title)}`,
        description: title,
        skipCertVerification: false,
      },
      owner,
      { secretSet: true },
    ),
  );
const variable = (owner?: SurveyedObject) =>
  fc.oneof(
    safeName.map((key) =>
      object(kinds.pipelineVariable, `{${key}}`, { key, secured: false, value: "x" }, owner),
    ),
    fc.constant(object(kinds.pipelineVariable, "{TOKEN}", { key: "TOKEN", secured: true }, owner)),
  );
const deployKey = fc.record({
  id: fc.nat().map(String),
  label: text,
  addedOn: fc.integer({ min: 0, max: 365 }).map(daysAgo),
  lastUsed: fc.integer({ min: 0, max: 90 }).map(daysAgo),
});

const workspaceView = fc
  .record({
    webhooks: fc.array(webhook(), { maxLength: 3 }),
    variables: fc.array(variable(), { maxLength: 3 }),
  })
  .map(
    (below): WorkspaceView => ({
      level: "workspace",
      slug: "acme",
      members,
      unread: new Set(),
      runners: [],
      ...below,
    }),
  );

function repositoryView(workspace: WorkspaceView): fc.Arbitrary<RepositoryView> {
  return fc
    .record({
      slug: fc.stringMatching(/^[a-z]{1,8}$/),
      project: fc.constantFrom("PLAT", "SHOP"),
      mainBranch: fc.option(fc.constantFrom("main", "master", "trunk/1"), { nil: undefined }),
      by: fc.constantFrom("name", "glob", "type"),
      approvals: fc.integer({ min: 1, max: 5 }),
      pipelinesEnabled: fc.boolean(),
      forkPolicy: fc.constantFrom("no_forks", "no_public_forks"),
      admins: fc.boolean(),
      groups: fc.boolean(),
      keys: fc.array(deployKey, { maxLength: 3 }),
      lastCommit: fc.integer({ min: 0, max: 365 }).map(daysAgo),
    })
    .chain((shape) => {
      const { slug, project, mainBranch, by } = shape;
      const own = object(kinds.repository, `{${slug}}`, {
        slug,
        project,
        isPrivate: true,
        forkPolicy: shape.forkPolicy,
        pipelinesEnabled: shape.pipelinesEnabled,
      });
      const where =
        by === "type"
          ? { branchType: "development" }
          : { pattern: by === "glob" ? `${mainBranch?.slice(0, 3)}*` : mainBranch };
      const restrictions = [
        { kind: "force" },
        { kind: "delete" },
        { kind: "push" },
        { kind: "require_approvals_to_merge", value: shape.approvals },
        { kind: "require_passing_builds_to_merge", value: 1 },
      ].map((one, index) =>
        object(kinds.branchRestriction, String(index), { ...one, ...where, users: [], groups: [] }, own),
      );
      // Users with access of their own, or groups.
      const users =
        shape.admins && !shape.groups
          ? [object(kinds.repositoryUserPermission, admin, { user: admin, permission: "admin" }, own)]
          : [];
      const groups = shape.groups
        ? [
            object(
              kinds.repositoryGroupPermission,
              "developers",
              { group: "developers", permission: "write" },
              own,
            ),
          ]
        : [];
      const environments = [
        object(
          kinds.deploymentEnvironment,
          "{p}",
          { name: "Production", type: "Production", adminOnly: true },
          own,
        ),
        object(kinds.deploymentEnvironment, "{t}", { name: "Test", type: "Test", adminOnly: false }, own),
      ];
      return fc
        .record({
          webhooks: fc.array(webhook(own), { maxLength: 3 }),
          variables: fc.array(variable(own), { maxLength: 3 }),
        })
        .map(
          (below): RepositoryView => ({
            level: "repository",
            slug,
            project,
            object: own,
            workspace,
            unread: new Set(),
            isPrivate: true,
            mainBranch,
            mainBranchTypes: new Set(["development"]),
            restrictions: mainBranch === undefined ? [] : restrictions,
            environments,
            runners: [],
            users,
            groups,
            deployKeys: shape.keys,
            ...(mainBranch === undefined ? {} : { lastCommit: shape.lastCommit }),
            ...below,
          }),
        );
    });
}

function projectView(workspace: WorkspaceView, key: string): ProjectView {
  return {
    level: "project",
    key,
    workspace,
    object: object(kinds.project, `{${key}}`, { key }),
    unread: new Set(),
    webhooks: [],
    variables: [],
    runners: [],
    users: [],
    groups: [],
    deployKeys: [],
  };
}

const workspace: fc.Arbitrary<AuditedWorkspace> = workspaceView.chain((whole) =>
  fc
    .uniqueArray(repositoryView(whole), { maxLength: 6, minLength: 1, selector: ({ slug }) => slug })
    .map((repositories) => ({
      workspace: whole,
      projects: ["PLAT", "SHOP"].map((key) => projectView(whole, key)),
      repositories,
    })),
);

test("a clean workspace gives no finding", () => {
  fc.assert(
    fc.property(workspace, (audited) => {
      const { found, outcomes } = runChecks(audited, checks, settings);
      expect(found.map(({ finding }) => finding)).toEqual([]);
      expect(scoresOf(outcomes).score).toBe(100);
    }),
  );
});

/** Faults of any repository with a main branch, by the check that they belong to. */
const faults: Readonly<Record<string, (view: RepositoryView) => Partial<RepositoryView>>> = {
  "force-push": ({ restrictions }) => ({
    restrictions: restrictions.filter(({ found }) => found.args.kind !== "force"),
  }),
  "direct-push": ({ restrictions }) => ({
    restrictions: restrictions.filter(({ found }) => found.args.kind !== "push"),
  }),
  "leaver-access": ({ object: own }) => ({
    groups: [],
    users: [object(kinds.repositoryUserPermission, "{gone}", { user: "{gone}", permission: "read" }, own)],
  }),
  "plain-secret": ({ object: own, variables }) => ({
    variables: [
      ...variables,
      object(kinds.pipelineVariable, "{x}", { key: "API_KEY", secured: false, value: "x" }, own),
    ],
  }),
  "deploy-key-unused": ({ deployKeys }) => ({
    deployKeys: [...deployKeys, { id: "0", label: "old", addedOn: daysAgo(91), lastUsed: null }],
  }),
};

test("one fault in any of them gives the finding of its check alone, and lowers the scores above it", () => {
  fc.assert(
    fc.property(workspace, fc.constantFrom(...Object.keys(faults)), fc.nat(), (audited, id, index) => {
      const candidates = audited.repositories.filter(({ mainBranch }) => mainBranch !== undefined);
      fc.pre(candidates.length > 0);
      const victim = candidates[index % candidates.length];
      const repositories = audited.repositories.map((view) =>
        view === victim ? { ...view, ...faults[id]?.(view) } : view,
      );
      const { found, outcomes } = runChecks({ ...audited, repositories }, checks, settings);
      expect(found.map(({ finding }) => [finding.check, finding.repository])).toEqual([[id, victim?.slug]]);
      const { score, projects, repositories: scored } = scoresOf(outcomes);
      expect(score).toBeLessThan(100);
      expect(projects[0]).toMatchObject({ key: victim?.project });
      expect(scored[0]).toMatchObject({ slug: victim?.slug });
      expect(scored.filter((one) => one.score < 100)).toHaveLength(1);
    }),
  );
});

test("where a part could not be read, the checks that need it are not made", () => {
  const parts: readonly Part[] = [
    "branchRestrictions",
    "users",
    "webhooks",
    "variables",
    "deployKeys",
    "commits",
  ];
  fc.assert(
    fc.property(workspace, fc.constantFrom(...parts), (audited, part) => {
      const repositories = audited.repositories.map((view) => ({ ...view, unread: new Set([part]) }));
      const { outcomes } = runChecks({ ...audited, repositories }, checks, settings);
      const made = outcomes.filter(({ view }) => view.level === "repository").map(({ check }) => check);
      expect(made.filter(({ needs }) => needs.includes(part))).toEqual([]);
      expect(made.length).toBeGreaterThan(0);
    }),
  );
});
