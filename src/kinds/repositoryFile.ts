import { z } from "zod";
import { apiPath } from "../bitbucket";
import { adopt, line } from "./fields";
import { defineKind, type Location, type Properties, type WriteRequest } from "./kind";
import { encodeSegments, repositoryPath } from "./paths";

const args = z.object({
  path: line(1024)
    .min(1, "must not be empty")
    .refine(
      (path) =>
        !path.startsWith("/") &&
        !path.split("/").some((part) => part === "" || part === "." || part === ".."),
      {
        message: "must be a path from the root of the repository, without a leading slash and without ..",
      },
    )
    .meta({ immutable: true, description: "The path from the root of the repository." }),
  branch: line(255)
    .min(1, "must not be empty")
    .meta({ immutable: true, description: "The branch to commit to." }),
  content: z.string().meta({ description: "The whole content. A commit is created only if it differs." }),
  message: z
    .string()
    .min(1, "must not be empty")
    .optional()
    .meta({ createOnly: true, description: "The commit message. Default: `Update <path>`." }),
  author: z
    .string()
    .regex(/^[^<>\n]+ <[^<>\s]+@[^<>\s]+>$/, "must be a name and an address: Jane Doe <jane@example.com>")
    .optional()
    .meta({
      createOnly: true,
      description: "The commit author, `Name <address>`. Default: the credential's own user.",
    }),
  adopt,
});

/** The content of a file on a branch, committed where it differs. */
export const repositoryFile = defineKind({
  name: "RepositoryFile",
  title: "file",
  summary: "The content of a file on a branch. A commit is created only if it differs.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-source/",
  parents: ["repository"],
  dependsOnKinds: ["Branch"],
  isContent: true,
  naturalKey: ["branch", "path"],
  args,
  outputs: z.object({}),
  yaml: {
    section: "files",
    form: "map",
    nameField: "path",
    example: ["files:", "  CODEOWNERS:", "    branch: main", "    content: |", "      * @acme/platform"].join(
      "\n",
    ),
  },

  source: {
    single: (at, values) => contentPath(at, String(values.branch), values),
    accept: "text",
    // A branch with a slash can't be part of the path of a file, encoded or not:
    // https://github.com/CenterForOpenScience/waterbutler/pull/377. Its commit can.
    via: (at, values) =>
      String(values.branch).includes("/")
        ? {
            path: `${repositoryPath(at)}/refs/branches${apiPath`/${String(values.branch)}`}`,
            pathFrom: (body) => contentPath(at, head.parse(body).target.hash, values),
          }
        : undefined,
  },
  parse: (content, _at, values) => file(values, z.string().parse(content)),

  // A commit would put the new content over the old one without a word.
  lookBeforeCreate: true,
  create: (at, values) => commit(at, values, values.content),
  update: (at, _id, values) => commit(at, values, values.content),
  // If it was read after that, the next run would repeat a commit that is not visible yet.
  afterCommit: (_at, values) => file(values, String(values.content)),
  delete: (at, _id, previous) => commit(at, { message: `Delete ${previous.path}`, ...previous }),

  severity: {
    missing: ({ path }) => (isSensitive(path) ? "high" : "medium"),
    extra: "low",
    recreated: "low",
    fields: { content: ({ values }) => (isSensitive(values.path) ? "high" : "medium") },
  },
  settingsPage: {
    repository: ({ branch, path }) => `/src/${encodeURIComponent(String(branch))}/${encodeSegments(path)}`,
  },
  terraform: { drFaust92: ["commit_file"] },
});

/** Files that say what builds run and who reviews. */
function isSensitive(path: unknown): boolean {
  return /(^|\/)(bitbucket-pipelines\.yml|CODEOWNERS)$/i.test(String(path));
}

const head = z.object({ target: z.object({ hash: z.string().min(1) }) });

function file(values: Properties, content: string) {
  return {
    id: `${values.branch}:${values.path}`,
    args: { branch: String(values.branch), path: String(values.path), content },
    outputs: {},
  };
}

function contentPath(at: Location, commit: string, values: Properties): string {
  const segments = String(values.path)
    .split("/")
    .map((part) => apiPath`/${part}`);
  return `${repositoryPath(at)}/src${apiPath`/${commit}`}${segments.join("")}`;
}

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-source/#api-repositories-workspace-repo-slug-src-post */
function commit(at: Location, values: Properties, content?: string): WriteRequest {
  return {
    method: "POST",
    path: `${repositoryPath(at)}/src`,
    form: {
      message: String(values.message ?? `Update ${values.path}`),
      branch: String(values.branch),
      ...(values.author === undefined ? {} : { author: String(values.author) }),
      ...(content === undefined ? { files: `/${values.path}` } : {}),
    },
    // As a file: a plain field of a form would get other line ends.
    ...(content === undefined ? {} : { files: { [`/${values.path}`]: content } }),
  };
}
