/** The properties of a repository, and how the API returns it. */
import { z } from "zod";
import { avatar, avatarLinks } from "./avatar";
import { deletionField } from "./deletion";
import { adopt, description, line } from "./fields";
import { slugLimit } from "./slug";

export const repositoryBody = z.object({
  uuid: z.string(),
  name: z.string(),
  slug: z.string().optional(),
  full_name: z.string(),
  description: z.string().nullish(),
  is_private: z.boolean(),
  fork_policy: z.enum(["allow_forks", "no_public_forks", "no_forks"]).optional(),
  language: z.string().nullish(),
  website: z.string().nullish(),
  has_issues: z.boolean().optional(),
  has_wiki: z.boolean().optional(),
  mainbranch: z.object({ name: z.string() }).nullish(),
  project: z.object({ key: z.string() }).nullish(),
  links: avatarLinks,
});

/** Told by clients of the API, such as https://github.com/renovatebot/renovate/discussions/42633. */
const removedFlag = (what: string) =>
  z
    .boolean()
    .refine((on) => !on, `cannot be true: Bitbucket removed ${what} on 2026-08-20. Remove the line`)
    .optional()
    .meta({
      serverChosen: true,
      description: `Whether the repository has ${what}. Bitbucket removed them on 2026-08-20: only \`false\` is possible.`,
    });

export const repositoryArgs = z.object({
  name: line(slugLimit).min(1, "must not be empty").meta({
    individual: true,
    description: "The name. Changing it renames the repository in place: its URL changes, its UUID does not.",
  }),
  slug: z
    .string()
    .max(slugLimit, `must have at most ${slugLimit} characters`)
    .regex(/^[a-z0-9_.-]+$/, "must contain only lower-case letters, digits, underscores, dashes and dots")
    .regex(/^[^-].*[^-]$|^[^-]$/, "must not start or end with a dash")
    .optional()
    .meta({
      serverChosen: true,
      individual: true,
      description:
        "The name in URLs. Default: Bitbucket derives it from the name. It can be set only on creation: a rename changes it.",
    }),
  project: z.string().optional().meta({
    serverChosen: true,
    individual: true,
    reference: "project",
    description:
      "The key of its project. Changing it moves the repository. Default: the workspace's oldest project.",
  }),
  description,
  isPrivate: z
    .boolean()
    .default(true)
    .meta({ mustApply: true, description: "Whether only users with permission can see it." }),
  forkPolicy: z.enum(["allow_forks", "no_public_forks", "no_forks"]).optional().meta({
    serverChosen: true,
    description: "Who can fork: `allow_forks`, `no_public_forks` (private forks only) or `no_forks`.",
  }),
  language: z
    .string()
    .regex(/^[^A-Z]*$/, "must be lower case, as Bitbucket stores it")
    .optional()
    .meta({ serverChosen: true, description: "The main programming language, in lower case." }),
  mainBranch: line(255).min(1, "must not be empty").optional().meta({
    serverChosen: true,
    description: "The main branch. In a repository with commits it must exist.",
  }),
  hasIssues: removedFlag("issue trackers"),
  hasWiki: removedFlag("wikis"),
  website: z.string().optional().meta({
    serverChosen: true,
    individual: true,
    description: "The website, in workspaces whose API has that field.",
  }),
  pipelinesEnabled: z.boolean().optional().meta({
    serverChosen: true,
    description:
      "Whether Pipelines is enabled. Reading it takes one request for each repository that sets it.",
  }),
  avatar,
  forkOf: z
    .string()
    .regex(/^[^/\s]+\/[^/\s]+$/, "must be workspace/repository")
    .optional()
    .meta({
      toolOption: true,
      createOnly: true,
      description: "The repository to fork, as `workspace/repository`.",
    }),
  deletion: deletionField(["forbid", "allow", "archive"]),
  archiveProject: z.string().optional().meta({
    toolOption: true,
    reference: "project",
    description: "The key of the project that `deletion: archive` moves it to.",
  }),
  adopt,
});
