import { z } from "zod";
import { apiPath } from "../bitbucket";
import { defineKind, type Location } from "./kind";
import { projectPath, repositoryPath } from "./paths";

// A repository lists accounts, a project wraps each in an object with its type.
const body = z.union([
  z.object({ user: z.object({ uuid: z.string() }) }).transform((found) => found.user.uuid),
  z.object({ uuid: z.string() }).transform((found) => found.uuid),
]);

/** A user who is asked to review every new pull request of a repository, or of all repositories of a project. */
export const defaultReviewer = defineKind({
  name: "DefaultReviewer",
  title: "default reviewer",
  summary: "A default reviewer of new pull requests in a repository, or in a project's repositories.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pullrequests/",
  parents: ["repository", "project"],
  // A reviewer has to have access.
  dependsOnKinds: [
    "RepositoryUserPermission",
    "RepositoryGroupPermission",
    "ProjectUserPermission",
    "ProjectGroupPermission",
  ],
  naturalKey: ["user"],
  args: z.object({
    user: z.string().min(1).meta({
      immutable: true,
      reference: "user",
      description:
        "The user: an account id, a UUID, or the nickname or e-mail address of a workspace member.",
    }),
  }),
  outputs: z.object({}),
  yaml: {
    section: "defaultReviewers",
    form: "list",
    nameField: "user",
    example: "defaultReviewers: [alice, bob@acme.example]",
  },

  source: {
    collection: (at) => ({ path: collection(at), fields: "uuid,user.uuid" }),
    item,
    // "If the specified user is not a default reviewer for the project"
    itemMissing: (at) => (at.repository ? undefined : 400),
    idIsKey: true,
  },
  parse(value) {
    const uuid = body.parse(value);
    return { id: uuid, args: { user: uuid }, outputs: {} };
  },

  create: (at, args) => ({ method: "PUT", path: item(at, args.user) }),
  delete: (at, id) => ({ method: "DELETE", path: item(at, id) }),

  severity: { missing: "medium", extra: "low", recreated: "low" },
  settingsPage: { repository: "/admin/default-reviewers", project: "/default-reviewers" },
  terraform: { drFaust92: ["default_reviewers", "project_default_reviewers"], zahiar: ["default_reviewer"] },
});

function collection(at: Location): string {
  return `${at.repository ? repositoryPath(at) : projectPath(at)}/default-reviewers`;
}

function item(at: Location, user: string): string {
  return collection(at) + apiPath`/${user}`;
}
