import { z } from "zod";
import { defineKind, type Location } from "./kind";
import { repositoryPath } from "./paths";

/** Whether Pipelines is on in a repository, and the number of its next build: they always exist. */
export const pipelinesConfig = defineKind({
  name: "PipelinesConfig",
  title: "pipelines configuration",
  summary: "Whether Pipelines is enabled in a repository, and the number of its next build.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/",
  parents: ["repository"],
  alwaysExists: true,
  naturalKey: [],
  args: z.object({
    enabled: z.boolean().default(true).meta({
      description:
        "Whether Pipelines is enabled. The same as `pipelinesEnabled` of the repository: use one of the two.",
    }),
    nextBuildNumber: z.number().int().min(1).optional().meta({
      writeOnly: true,
      description:
        "The number of the next build, higher than that of the last. It is set only when this value changes.",
    }),
  }),
  outputs: z.object({}),
  yaml: {
    section: "pipelines",
    form: "single",
    shorthand: "enabled",
    example: ["pipelines:", "  enabled: true", "  nextBuildNumber: 1000"].join("\n"),
  },

  source: { single: path },
  parse(value) {
    const found = z.object({ enabled: z.boolean() }).parse(value);
    return { id: "pipelines-config", args: { enabled: found.enabled }, outputs: {} };
  },

  create: (at, args) => ({ method: "PUT", path: path(at), body: { enabled: args.enabled } }),
  update: (at, _id, args) => ({ method: "PUT", path: path(at), body: { enabled: args.enabled } }),
  afterWrite: (at, _id, args, previous) =>
    args.nextBuildNumber === undefined || args.nextBuildNumber === previous?.nextBuildNumber
      ? []
      : [
          {
            method: "PUT",
            path: `${path(at)}/build_number`,
            body: { next: args.nextBuildNumber },
            answer: "nothing",
          },
        ],
  // Switching it off would stop builds that were there before: it is left as it is.
  delete: () => undefined,

  onImport: { asFieldsOfOwner: true },
  severity: { missing: "medium", extra: "low", recreated: "low", fields: { enabled: "medium" } },
  settingsPage: { repository: "/admin/pipelines/settings" },
  terraform: { drFaust92: ["repository"], zahiar: ["repository"] },
});

function path(at: Location): string {
  return `${repositoryPath(at)}/pipelines_config`;
}
