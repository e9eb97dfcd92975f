import { z } from "zod";
import { apiPath } from "../bitbucket";
import { adopt, line } from "./fields";
import { defineKind, type Location } from "./kind";
import { plainName } from "./names";
import { repositoryPath } from "./paths";
import type { FieldSeverity } from "./severity";

/** `branchrestriction.kind` of the API's schema. */
const restrictionKinds = [
  "push",
  "delete",
  "force",
  "restrict_merges",
  "require_tasks_to_be_completed",
  "require_approvals_to_merge",
  "require_review_group_approvals_to_merge",
  "require_default_reviewer_approvals_to_merge",
  "require_no_changes_requested",
  "require_passing_builds_to_merge",
  "require_commits_behind",
  "reset_pullrequest_approvals_on_change",
  "smart_reset_pullrequest_approvals",
  "reset_pullrequest_changes_requested_on_change",
  "require_all_dependencies_merged",
  "enforce_merge_checks",
  "allow_auto_merge_when_builds_pass",
  "require_all_comments_resolved",
] as const;

const branchTypes = ["feature", "bugfix", "release", "hotfix", "development", "production"] as const;

/** The kinds that count something. */
const counting = new Set<string>([
  "require_approvals_to_merge",
  "require_default_reviewer_approvals_to_merge",
  "require_passing_builds_to_merge",
  "require_commits_behind",
]);

/** The only restriction that allows something. */
const isAutoMerge = (values: Readonly<Record<string, unknown>>): boolean =>
  values.kind === "allow_auto_merge_when_builds_pass";

/** Of a list of those who are excepted: one more loosens the restriction. */
const ofExcepted: FieldSeverity = ({ expected, live }) => {
  const before = Array.isArray(expected) ? expected : [];
  const after = Array.isArray(live) ? live : [];
  return after.some((one) => !before.includes(one)) ? "critical" : "medium";
};

/** The kinds that except users and groups. */
const excepting = new Set<string>(["push", "restrict_merges"]);

const body = z.object({
  id: z.number(),
  kind: z.string(),
  branch_match_kind: z.enum(["glob", "branching_model"]),
  branch_type: z.string().nullish(),
  pattern: z.string().nullish(),
  value: z.number().nullish(),
  users: z.array(z.object({ uuid: z.string() })).nullish(),
  groups: z.array(z.object({ slug: z.string() })).nullish(),
});

const names = z.array(z.string().min(1)).transform((all) => [...new Set(all)].sort());

const args = z.object({
  kind: z
    .enum(restrictionKinds)
    .meta({ immutable: true, mustApply: true, description: "What is restricted or required." }),
  pattern: line(255).min(1, "must not be empty").optional().meta({
    mustApply: true,
    description: "A glob of the branches it applies to, such as `release/*`. Either this or `branchType`.",
  }),
  branchType: z.enum(branchTypes).optional().meta({
    mustApply: true,
    description: "The branches of this type in the branching model. Either this or `pattern`.",
  }),
  value: z.number().int().min(0).optional().meta({
    mustApply: true,
    description: "The number, for kinds that count: approvals, passing builds, commits behind.",
  }),
  users: names.default([]).meta({
    mustApply: true,
    reference: "user",
    description: "The users who are exempt, for `push` and `restrict_merges`. They must have write access.",
  }),
  groups: names.default([]).meta({
    mustApply: true,
    reference: "group",
    description: "The slugs of the groups that are exempt, for `push` and `restrict_merges`.",
  }),
  adopt,
});

/** A rule for branches: who can push or merge, and what a merge requires. */
export const branchRestriction = defineKind({
  name: "BranchRestriction",
  title: "branch restriction",
  summary: "A rule for branches: who can push or merge, and what a merge requires.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-branch-restrictions/",
  parents: ["repository"],
  // An excepted user must be able to write before the restriction is made; and who may not push any more, makes no
  // branches, tags and commits.
  dependsOnKinds: [
    "RepositoryUserPermission",
    "RepositoryGroupPermission",
    "Branch",
    "Tag",
    "RepositoryFile",
  ],
  naturalKey: ["kind", "pattern", "branchType"],
  args,
  outputs: z.object({ restrictionId: z.string().meta({ description: "The id, a number." }) }),
  derived: { restrictionId: (id) => id },
  yaml: {
    section: "branchRestrictions",
    form: "map",
    example: [
      "branchRestrictions:",
      "  protect-main:",
      "    kind: push",
      "    pattern: main",
      "    groups: [administrators]",
      "  two-approvals:",
      "    kind: require_approvals_to_merge",
      "    branchType: production",
      "    value: 2",
    ].join("\n"),
  },

  validate(values) {
    const issues = [];
    if ((values.pattern === undefined) === (values.branchType === undefined)) {
      issues.push({ path: ["pattern"], message: "or branchType is required, not both" });
    }
    if (counting.has(values.kind) !== (values.value !== undefined)) {
      const message = counting.has(values.kind)
        ? `is required for ${values.kind}`
        : `is not valid for ${values.kind}`;
      issues.push({ path: ["value"], message });
    }
    for (const field of ["users", "groups"] as const) {
      if (values[field].length > 0 && !excepting.has(values.kind)) {
        issues.push({
          path: [field],
          message: `is not valid for ${values.kind}: only push and restrict_merges have exemptions`,
        });
      }
    }
    return issues;
  },

  source: {
    collection: (at) => ({
      path: collection(at),
      fields: "id,kind,branch_match_kind,branch_type,pattern,value,users.uuid,groups.slug",
    }),
    item,
  },
  parse(value) {
    const found = body.parse(value);
    const matched =
      found.branch_match_kind === "glob"
        ? { pattern: found.pattern ?? "" }
        : { branchType: found.branch_type };
    return {
      id: String(found.id),
      // Kinds and types that this version does not know are shown as they are.
      args: {
        kind: found.kind,
        ...matched,
        ...(found.value == null ? {} : { value: found.value }),
        users: (found.users ?? []).map((user) => user.uuid).sort(),
        groups: (found.groups ?? []).map((group) => group.slug).sort(),
      } as Partial<z.output<typeof args>>,
      outputs: {},
    };
  },

  create: (at, values) => ({ method: "POST", path: collection(at), body: toBody(values) }),
  update: (at, id, values, previous) => ({
    method: "PUT",
    path: item(at, id),
    body: mustClearGroups(values, previous) ? { ...toBody(values), users: [], groups: [] } : toBody(values),
  }),
  // The API fails on an empty list of groups beside users, so that removing the last group takes two steps.
  afterWrite: (at, id, values, previous) =>
    previous && mustClearGroups(values, previous)
      ? [{ method: "PUT", path: item(at, id), body: toBody(values) }]
      : [],
  delete: (at, id) => ({ method: "DELETE", path: item(at, id) }),

  onImport: {
    name: ({ args }) =>
      plainName(
        `${String(args.kind)
          .replace(/^require_/, "")
          .replace(/_/g, "-")} ${args.pattern ?? args.branchType}`,
      ),
  },
  severity: {
    missing: (values) => (isAutoMerge(values) ? "low" : "critical"),
    // Until it is created, the branch is unprotected.
    uncreated: (values) => (isAutoMerge(values) ? "low" : "critical"),
    extra: (values) => (isAutoMerge(values) ? "high" : "medium"),
    recreated: "low",
    fields: {
      kind: "critical",
      // Other branches than before are protected: those before are not.
      pattern: "critical",
      branchType: "critical",
      value: ({ expected, live }) => (Number(live ?? 0) < Number(expected ?? 0) ? "critical" : "medium"),
      users: ofExcepted,
      groups: ofExcepted,
    },
  },
  settingsPage: { repository: "/admin/branch-restrictions" },
  terraform: { drFaust92: ["branch_restriction"], zahiar: ["branch_restriction"] },
});

type RestrictionArgs = z.output<typeof args>;

function collection(at: Location): string {
  return `${repositoryPath(at)}/branch-restrictions`;
}

function item(at: Location, id: string): string {
  return collection(at) + apiPath`/${id}`;
}

function mustClearGroups(values: RestrictionArgs, previous: Readonly<Record<string, unknown>>): boolean {
  const had = Array.isArray(previous.groups) && previous.groups.length > 0;
  return had && values.groups.length === 0 && values.users.length > 0;
}

function toBody(values: RestrictionArgs): Record<string, unknown> {
  return {
    kind: values.kind,
    branch_match_kind: values.pattern === undefined ? "branching_model" : "glob",
    pattern: values.pattern ?? "",
    ...(values.branchType === undefined ? {} : { branch_type: values.branchType }),
    ...(values.value === undefined ? {} : { value: values.value }),
    ...(excepting.has(values.kind)
      ? {
          users: values.users.map((uuid) => ({ uuid })),
          ...(values.groups.length > 0 || values.users.length === 0
            ? { groups: values.groups.map((slug) => ({ slug })) }
            : {}),
        }
      : {}),
  };
}
