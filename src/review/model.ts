/**
 * Who has which right where: the one model that every report renders and `access-review --json` prints.
 * schema/access-review.schema.json is generated from it.
 */
import { z } from "zod";
import { unreadPartSchema } from "../report/unread";

/** The version of the model. It changes if a field is removed or changes its meaning, not if one is added. */
export const reviewVersion = 1;

const count = z.int().nonnegative();

export const permissions = [
  "owner",
  "admin",
  "create-repo",
  "write",
  "read",
  "collaborator",
  "member",
] as const;

export const sources = ["workspace", "project", "group", "direct", "public", "unknown"] as const;

const accessGrantSchema = z
  .object({
    holder: z
      .object({
        type: z.enum(["user", "group"]),
        id: z.string().meta({ description: "The user's UUID, or the group's slug." }),
        name: z.string().optional().meta({ description: "The user's name, where it is known." }),
        isMember: z
          .boolean()
          .optional()
          .meta({ description: "Whether the user is a member of the workspace. Left out: unknown." }),
      })
      .meta({ id: "holder" }),
    level: z.enum(["workspace", "project", "repository"]).meta({ description: "What the right is on." }),
    project: z.string().optional().meta({ description: "The project's key." }),
    repository: z.string().optional().meta({ description: "The repository's slug." }),
    permission: z.enum(permissions),
    through: z.enum(sources).meta({
      description:
        "direct: granted there to the holder. project: through the user's permission on the project. group: through a group. workspace: through the role in the workspace. public: everybody may read the repository. unknown: the user has it, and nothing that could be read grants it.",
    }),
    groups: z.array(z.string()).optional().meta({
      description:
        "The groups that grant it. With several, one of them does: the API does not list a group's members.",
    }),
    since: z.string().optional().meta({
      description: "ISO 8601. Left out: unknown. The API says it of memberships alone, and not always.",
    }),
    declared: z
      .object({
        file: z.string(),
        line: count,
        until: z.iso.date().optional().meta({ description: "The last day on which it is desired." }),
      })
      .optional()
      .meta({ description: "Where the stack's YAML declares it. Only in a review of a stack." }),
    link: z.url().optional().meta({ description: "The settings in Bitbucket." }),
  })
  .meta({ id: "grant" });
export type AccessGrant = z.output<typeof accessGrantSchema>;

export const accessReviewSchema = z
  .object({
    version: z.literal(reviewVersion),
    workspace: z.string(),
    stack: z.string().optional().meta({ description: "The stack whose YAML it is compared with." }),
    at: z.iso.datetime().meta({ description: "When the review began." }),
    seconds: z.number().nonnegative(),
    requests: count,
    complete: z.boolean().meta({ description: "Whether everything could be read." }),
    projects: count,
    repositories: count,
    grants: z
      .array(accessGrantSchema)
      .meta({ description: "The workspace's first, then each project's with its repositories." }),
    unread: z.array(unreadPartSchema),
  })
  .meta({
    title: "Report of bitbucket-as-code access-review",
    description: "Who has which right where in a workspace, and through what.",
  });
export type AccessReview = z.output<typeof accessReviewSchema>;
