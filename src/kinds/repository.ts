import { z } from "zod";
import { apiPath } from "../bitbucket";
import { avatarRules, readAvatarLinks, toAvatarBody } from "./avatar";
import { refuseDeletion } from "./deletion";
import { defineKind, type WriteRequest } from "./kind";
import { repositoryPath } from "./paths";
import { repositoryArgs, repositoryBody } from "./repositoryFields";
import { whenLiveIs, whenLooser } from "./severity";
import { slugOf } from "./slug";

/** A Git repository. */
export const repository = defineKind({
  name: "Repository",
  title: "repository",
  summary: "A Git repository and its settings.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-repositories/",
  parents: ["workspace"],
  parentRole: "repository",
  naturalKey: ["slug"],
  identity: (args) => String(args.slug ?? slugOf(String(args.name))),
  args: repositoryArgs,
  outputs: z.object({
    uuid: z.string().meta({ description: "The UUID, which survives renames and moves." }),
    slug: z.string().meta({ description: "The name in URLs, as assigned by Bitbucket." }),
    fullName: z.string().meta({ description: "Workspace and slug: `acme/api`." }),
    cloneHttps: z.string().meta({ description: "The HTTPS clone URL." }),
    cloneSsh: z.string().meta({ description: "The SSH clone URL." }),
  }),
  derived: {
    uuid: (id) => id,
    slug: (_id, outputs) => slugIn(outputs.fullName),
    cloneHttps: (_id, { fullName }) => `https://bitbucket.org/${fullName}.git`,
    cloneSsh: (_id, { fullName }) => `git@bitbucket.org:${fullName}.git`,
  },
  yaml: {
    section: "repositories",
    form: "map",
    nameField: "name",
    example: [
      "repositories:",
      "  api:",
      "    project: PLAT",
      "    description: The public API",
      "    mainBranch: main",
      "    pipelinesEnabled: true",
    ].join("\n"),
  },

  ...avatarRules,
  validate(args) {
    const issues = [];
    if (args.deletion === "archive" && !args.archiveProject) {
      issues.push({
        path: ["archiveProject"],
        message: "is required with deletion: archive: the key of the project to move it to",
      });
    }
    // https://github.com/ktrysmt/go-bitbucket/issues/335
    if (!args.isPrivate && args.forkPolicy !== undefined && args.forkPolicy !== "allow_forks") {
      issues.push({
        path: ["forkPolicy"],
        message: `cannot be ${args.forkPolicy} in a public repository: anyone can fork it. Use allow_forks, or isPrivate: true`,
        with: ["isPrivate"],
      });
    }
    if (args.slug === undefined && slugOf(args.name) === "") {
      issues.push({
        path: ["name"],
        message: "contains no letter or digit for a URL: also set the slug, such as slug: my-repository",
      });
    }
    return issues;
  },
  contradicts: {
    // Bitbucket: "Private projects cannot contain public repositories."
    project: (args, owner) =>
      args.isPrivate === false && owner.isPrivate !== false
        ? {
            path: ["isPrivate"],
            message:
              "cannot be false: its project is private, and a private project contains only private repositories",
            with: ["isPrivate"],
          }
        : undefined,
  },
  refuseUpdate(previous, next) {
    if (next.slug === undefined) return undefined;
    const held = previous.slug ?? slugIn(previous.fullName);
    const renamed = previous.name !== undefined && next.name !== previous.name;
    // The slug of a name without such letters is unknown in advance.
    const made = (renamed && slugOf(String(next.name))) || held;
    if (made === undefined || next.slug === made) return undefined;
    return {
      path: ["slug"],
      message: `cannot be "${next.slug}": Bitbucket derives the slug from the name when that changes, and otherwise keeps "${held}". Omit slug, or set "${made}"`,
    };
  },
  refuseDelete: (state) => refuseDeletion("repository", String(state.fullName), state),

  source: {
    collection: (at) => ({
      path: apiPath`/repositories/${at.workspace}`,
      fields:
        "uuid,name,slug,full_name,description,is_private,fork_policy,language,website,has_issues,has_wiki," +
        "mainbranch.name,project.key,links.avatar.href",
    }),
    item: (at, id) => repositoryPath({ ...at, repository: id }),
  },
  parse(value) {
    const found = repositoryBody.parse(value);
    const slug = found.slug ?? slugIn(found.full_name);
    return {
      id: found.uuid,
      args: {
        name: found.name,
        slug,
        description: found.description ?? "",
        isPrivate: found.is_private,
        language: found.language ?? "",
        ...omitUndefined("project", found.project?.key),
        ...omitUndefined("forkPolicy", found.fork_policy),
        ...omitUndefined("mainBranch", found.mainbranch?.name),
        ...omitUndefined("hasIssues", found.has_issues),
        ...omitUndefined("hasWiki", found.has_wiki),
        ...omitUndefined("website", found.website ?? undefined),
        ...readAvatarLinks(found.links),
      },
      outputs: { fullName: found.full_name },
    };
  },
  subResources: {
    pipelinesEnabled: {
      path: (at, id) => pipelinesConfig({ ...at, repository: id }),
      parse: (value) => value !== undefined && z.object({ enabled: z.boolean() }).parse(value).enabled,
    },
  },

  create(at, values) {
    if (values.forkOf !== undefined) {
      const [workspace = "", parent = ""] = values.forkOf.split("/");
      return {
        method: "POST",
        path: apiPath`/repositories/${workspace}/${parent}/forks`,
        body: { ...toBody(values), workspace: { slug: at.workspace } },
      };
    }
    return {
      method: "POST",
      path: repositoryPath({ ...at, repository: values.slug ?? slugOf(values.name) }),
      body: { scm: "git", ...toBody(values), ...toAvatarBody(values.avatar) },
    };
  },
  update: (at, id, args, previous) => ({
    method: "PUT",
    path: repositoryPath({ ...at, repository: id }),
    body: { ...toBody(args), ...toAvatarBody(args.avatar, previous.avatar) },
  }),
  afterWrite(at, id, args, previous) {
    const path = repositoryPath({ ...at, repository: id });
    const requests: WriteRequest[] = [];
    // Of a fork's avatar, the API's document says nothing.
    if (previous === undefined && args.forkOf !== undefined && args.avatar !== undefined)
      requests.push({ method: "PUT", path, body: toAvatarBody(args.avatar) });
    const { pipelinesEnabled } = args;
    if (pipelinesEnabled !== undefined && pipelinesEnabled !== (previous?.pipelinesEnabled ?? false)) {
      requests.push({
        method: "PUT",
        path: pipelinesConfig({ ...at, repository: id }),
        body: { enabled: pipelinesEnabled },
        answer: { facet: "pipelinesEnabled" },
      });
    }
    return requests;
  },
  delete(at, id, previous) {
    const path = repositoryPath({ ...at, repository: id });
    if (previous.deletion !== "archive") return { method: "DELETE", path };
    return { method: "PUT", path, body: { is_private: true, project: { key: previous.archiveProject } } };
  },

  serverDefaults: ({ name, hasIssues, hasWiki, isPrivate, forkPolicy, avatar }) => ({
    // The live value can't be written as a file.
    avatar,
    slug: slugOf(String(name)),
    // Of a public repository it says nothing.
    forkPolicy: isPrivate === false ? (forkPolicy ?? "allow_forks") : "allow_forks",
    language: "",
    // They are shown for a while yet, and cannot be declared.
    hasIssues: hasIssues ?? false,
    hasWiki: hasWiki ?? false,
    website: "",
    pipelinesEnabled: false,
  }),
  onImport: {
    // The slug is what everybody calls it, is unique, and globs match it.
    name: ({ args }) => String(args.slug),
  },
  severity: {
    missing: "critical",
    extra: ({ isPrivate }) => (isPrivate === false ? "high" : "low"),
    recreated: "critical",
    fields: {
      isPrivate: whenLiveIs(false, "critical", "medium"),
      forkPolicy: whenLooser(["no_forks", "no_public_forks", "allow_forks"], "high"),
      // Who may do what, and which branch is restricted and built, follows from these.
      project: "high",
      mainBranch: "high",
      name: "medium",
      slug: "medium",
      pipelinesEnabled: "medium",
    },
  },
  settingsPage: { repository: "/admin" },
  lostWithIt: "its commits, pull requests and builds",
  terraform: { drFaust92: ["repository", "forked_repository"], zahiar: ["repository"] },
});

function pipelinesConfig(at: { workspace: string; repository: string }): string {
  return `${repositoryPath(at)}/pipelines_config`;
}

function omitUndefined<Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { [Key in Name]?: Value } {
  return (value === undefined ? {} : { [name]: value }) as { [Key in Name]?: Value };
}

/** The slug in `workspace/slug`. */
function slugIn(fullName: unknown): string | undefined {
  return typeof fullName === "string" ? fullName.slice(fullName.indexOf("/") + 1) : undefined;
}

/** Managed fields only: what is left out of the body, the API leaves alone. */
function toBody(values: z.output<typeof repositoryArgs>): Record<string, unknown> {
  return {
    name: values.name,
    description: values.description,
    is_private: values.isPrivate,
    ...omitUndefined("fork_policy", values.forkPolicy),
    ...omitUndefined("language", values.language),
    ...omitUndefined("website", values.website),
    ...omitUndefined("has_issues", values.hasIssues),
    ...omitUndefined("has_wiki", values.hasWiki),
    ...(values.project === undefined ? {} : { project: { key: values.project } }),
    ...(values.mainBranch === undefined ? {} : { mainbranch: { type: "branch", name: values.mainBranch } }),
  };
}
