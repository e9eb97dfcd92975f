import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { line } from "./fields";
import { defineKind, type Location } from "./kind";
import { projectPath, repositoryPath } from "./paths";

const typeKinds = ["feature", "bugfix", "release", "hotfix"] as const;

const target = z.object({
  name: z.string().nullish(),
  use_mainbranch: z.boolean().nullish(),
  enabled: z.boolean().nullish(),
});

const body = z.object({
  development: target.nullish(),
  production: target.nullish(),
  branch_types: z
    .array(
      z.object({ kind: z.enum(typeKinds), prefix: z.string().nullish(), enabled: z.boolean().nullish() }),
    )
    .default([]),
  // The documentation's example shows it as a text.
  default_branch_deletion: z.union([z.boolean(), z.stringbool()]).nullish(),
});

const mainBranch = z.strictObject({
  useMainBranch: z.literal(true).meta({ description: "The repository's main branch, whatever its name." }),
});
const named = z.strictObject({
  name: line(255).min(1, "must not be empty").meta({ description: "The name of the branch." }),
});

const args = z.object({
  development: z.union([mainBranch, named]).optional().meta({
    serverChosen: true,
    description: "The development branch: `{ name: develop }` or `{ useMainBranch: true }`. It must exist.",
  }),
  production: z
    .union([
      mainBranch,
      named,
      z.strictObject({ enabled: z.literal(false).meta({ description: "No production branch." }) }),
    ])
    .optional()
    .meta({
      serverChosen: true,
      description:
        "The production branch: `{ name: main }`, `{ useMainBranch: true }` or `{ enabled: false }`.",
    }),
  branchTypes: z
    .array(
      z.strictObject({
        kind: z.enum(typeKinds).meta({ description: "The branch type." }),
        prefix: line(255).optional().meta({ description: "The prefix of its branches' names." }),
        enabled: z.boolean().default(true).meta({ description: "Whether the branch type is enabled." }),
      }),
    )
    .transform((types) => [...types].sort((a, b) => typeKinds.indexOf(a.kind) - typeKinds.indexOf(b.kind)))
    .optional()
    .meta({
      serverChosen: true,
      description: "The branch types with their prefixes. Omitted ones stay unchanged.",
    }),
  defaultBranchDeletion: z
    .boolean()
    .optional()
    .meta({ serverChosen: true, description: "Whether a merge deletes the source branch by default." }),
});

/** What a new repository, or a new project, has. */
const freshModel: z.output<typeof args> = {
  development: { useMainBranch: true },
  production: { enabled: false },
  branchTypes: typeKinds.map((kind) => ({ kind, prefix: `${kind}/`, enabled: true })),
  defaultBranchDeletion: false,
};

type BranchTypes = NonNullable<z.output<typeof args>["branchTypes"]>;

/** The branching model of a repository, or of a project's repositories: it always exists. */
export const branchingModel = defineKind({
  name: "BranchingModel",
  title: "branching model",
  summary: "The branching model of a repository, or the one that a project's repositories inherit.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-branching-model/",
  parents: ["repository", "project"],
  alwaysExists: true,
  naturalKey: [],
  args,
  outputs: z.object({}),
  yaml: {
    section: "branchingModel",
    form: "single",
    example: [
      "branchingModel:",
      "  development: { useMainBranch: true }",
      "  production: { enabled: false }",
      "  branchTypes:",
      "    - { kind: feature, prefix: feature/ }",
      "    - { kind: release, enabled: false }",
    ].join("\n"),
  },

  satisfiedBy: {
    // Types that are not written out are not managed.
    branchTypes: (wanted, live) =>
      (wanted as BranchTypes).every((type) => {
        const other = (live as BranchTypes).find((candidate) => candidate.kind === type.kind);
        return other?.enabled === type.enabled && (type.prefix === undefined || other.prefix === type.prefix);
      }),
  },
  validate(values) {
    const kinds = (values.branchTypes ?? []).map((type) => type.kind);
    const issues = kinds
      .filter((kind, index) => kinds.indexOf(kind) !== index)
      .map((kind) => ({ path: ["branchTypes"], message: `names ${kind} twice` }));
    for (const type of values.branchTypes ?? []) {
      if (type.enabled && !type.prefix)
        issues.push({ path: ["branchTypes"], message: `${type.kind} is enabled and requires a prefix` });
    }
    const prefixes = (values.branchTypes ?? []).flatMap((type) =>
      type.enabled && type.prefix ? [type.prefix] : [],
    );
    for (const [index, prefix] of prefixes.entries()) {
      const other = prefixes.find((candidate, at) => at !== index && candidate.startsWith(prefix));
      if (other)
        issues.push({
          path: ["branchTypes"],
          message: `"${prefix}" is the beginning of "${other}": prefixes must not overlap`,
        });
    }
    return issues;
  },

  source: { single: settings, neverMissing: true },
  parse(value) {
    const found = body.parse(value);
    const model = {
      ...(found.development ? { development: targetOf(found.development) } : {}),
      ...(found.production ? { production: targetOf(found.production) } : {}),
      branchTypes: typeKinds.flatMap((kind) => {
        const type = found.branch_types.find((candidate) => candidate.kind === kind);
        // Enabled is left out of the answer when it is true.
        return type
          ? [{ kind, ...(type.prefix ? { prefix: type.prefix } : {}), enabled: type.enabled ?? true }]
          : [];
      }),
      ...(found.default_branch_deletion == null
        ? {}
        : { defaultBranchDeletion: found.default_branch_deletion }),
    };
    return { id: "branching-model", args: model as Partial<z.output<typeof args>>, outputs: {} };
  },

  create: (at, values) => ({ method: "PUT", path: settings(at), body: toBody(values) }),
  update: (at, _id, values) => ({ method: "PUT", path: settings(at), body: toBody(values) }),
  // Managed fields are reset to those of a new repository.
  delete: (at, _id, previous) => ({
    method: "PUT",
    path: settings(at),
    body: toBody(
      Object.fromEntries(Object.entries(freshModel).filter(([field]) => previous[field] !== undefined)),
    ),
  }),

  serverDefaults: () => freshModel,
  severity: {
    missing: "medium",
    extra: "low",
    recreated: "low",
    fields: { development: "medium", production: "high", branchTypes: "medium" },
  },
  settingsPage: { repository: "/admin/branching-model", project: "/branching-model" },
  terraform: { drFaust92: ["branching_model", "project_branching_model"] },
});

function settings(at: Location): string {
  return `${at.repository ? repositoryPath(at) : projectPath(at)}/branching-model/settings`;
}

function targetOf(found: z.output<typeof target>): unknown {
  if (found.enabled === false) return { enabled: false };
  return found.use_mainbranch || !found.name ? { useMainBranch: true } : { name: found.name };
}

function toBody(values: z.output<typeof args>): Record<string, unknown> {
  const { development, production, branchTypes, defaultBranchDeletion } = values;
  return {
    ...(development === undefined ? {} : { development: toTarget(development) }),
    ...(production === undefined
      ? {}
      : {
          production:
            "enabled" in production ? { enabled: false } : { enabled: true, ...toTarget(production) },
        }),
    ...(branchTypes === undefined ? {} : { branch_types: branchTypes }),
    ...(defaultBranchDeletion === undefined ? {} : { default_branch_deletion: defaultBranchDeletion }),
  };
}

function toTarget(value: { useMainBranch: true } | { name: string }): Record<string, unknown> {
  return isDeepStrictEqual(value, { useMainBranch: true })
    ? { use_mainbranch: true }
    : { use_mainbranch: false, ...value };
}
