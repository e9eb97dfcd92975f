import { z } from "zod";
import { defineKind, type Location } from "./kind";
import { repositoryPath } from "./paths";
import { whenLiveIs } from "./severity";

const states = z.object({
  branching_model: z.boolean().optional(),
  default_merge_strategy: z.boolean().optional(),
  branch_restrictions: z.boolean().optional(),
});

// The schema nests the settings; answers with them at the top have been seen too.
const body = z.union([
  z.object({ override_settings: states }).transform((found) => found.override_settings),
  states,
]);

const settingField = (what: string, mustApply = false) =>
  z
    .boolean()
    .optional()
    .meta({
      serverChosen: true,
      ...(mustApply ? { mustApply } : {}),
      description: `Whether the repository has its own ${what} instead of the project's.`,
    });

const args = z.object({
  branchingModel: settingField("branching model"),
  defaultMergeStrategy: settingField("merge strategies"),
  branchRestrictions: settingField("branch restrictions", true),
});

/** Which settings a repository overrides instead of inheriting them from its project: they always exist. */
export const overrideSettings = defineKind({
  name: "OverrideSettings",
  title: "override settings",
  summary: "Which settings a repository overrides instead of inheriting them from its project.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/",
  parents: ["repository"],
  alwaysExists: true,
  naturalKey: [],
  args,
  outputs: z.object({}),
  yaml: {
    section: "overrideSettings",
    form: "single",
    example: ["overrideSettings:", "  branchingModel: false", "  defaultMergeStrategy: true"].join("\n"),
  },

  source: { single: path, neverMissing: true },
  parse(value) {
    const found = body.parse(value);
    const settings = {
      branchingModel: found.branching_model,
      defaultMergeStrategy: found.default_merge_strategy,
      branchRestrictions: found.branch_restrictions,
    };
    return {
      id: "override-settings",
      args: Object.fromEntries(Object.entries(settings).filter(([, held]) => held !== undefined)),
      outputs: {},
    };
  },

  create: (at, values) => ({ method: "PUT", path: path(at), body: toBody(values) }),
  update: (at, _id, values) => ({ method: "PUT", path: path(at), body: toBody(values) }),
  // Managed settings are inherited again.
  delete: (at, _id, previous) => ({
    method: "PUT",
    path: path(at),
    body: toBody(
      Object.fromEntries(
        Object.keys(args.shape)
          .filter((field) => previous[field] !== undefined)
          .map((field) => [field, false]),
      ),
    ),
  }),

  serverDefaults: () => ({ branchingModel: false, defaultMergeStrategy: false, branchRestrictions: false }),
  severity: {
    missing: "medium",
    extra: "medium",
    recreated: "low",
    fields: {
      branchRestrictions: whenLiveIs(true, "critical", "medium"),
      defaultMergeStrategy: "medium",
      branchingModel: "medium",
    },
  },
  settingsPage: { repository: "/admin" },
  terraform: { drFaust92: ["repository"] },
});

function path(at: Location): string {
  return `${repositoryPath(at)}/override-settings`;
}

function toBody(values: z.output<typeof args>): Record<string, unknown> {
  return {
    ...(values.branchingModel === undefined ? {} : { branching_model: values.branchingModel }),
    ...(values.defaultMergeStrategy === undefined
      ? {}
      : { default_merge_strategy: values.defaultMergeStrategy }),
    ...(values.branchRestrictions === undefined ? {} : { branch_restrictions: values.branchRestrictions }),
  };
}
