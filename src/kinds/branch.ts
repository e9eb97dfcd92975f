import { z } from "zod";
import { apiPath } from "../bitbucket";
import { deletionField, refuseDeletion } from "./deletion";
import { line, refName } from "./fields";
import { defineKind, type Location } from "./kind";
import { encodeSegments, repositoryPath } from "./paths";

const body = z.object({ name: z.string(), target: z.object({ hash: z.string() }) });

/** A branch that has to be there. What is pushed to it is not managed. */
export const branch = defineKind({
  name: "Branch",
  title: "branch",
  summary: "A branch that must exist. Its commit is not managed.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-refs/",
  parents: ["repository"],
  isContent: true,
  naturalKey: ["name"],
  args: z.object({
    name: refName,
    target: line(255).min(1, "must not be empty").meta({
      createOnly: true,
      description: "The commit or branch to create it from.",
    }),
    deletion: deletionField(["forbid", "allow"]),
  }),
  outputs: z.object({}),
  yaml: {
    section: "branches",
    form: "map",
    nameField: "name",
    shorthand: "target",
    example: ["branches:", "  develop: main"].join("\n"),
  },

  refuseDelete: (state) => refuseDeletion("branch", String(state.name), state),

  source: {
    collection: (at) => ({ path: collection(at), fields: "name,target.hash", uniqueBy: "name" }),
    item,
    idIsKey: true,
  },
  parse(value) {
    const found = body.parse(value);
    return { id: found.name, args: { name: found.name }, outputs: {} };
  },

  create: (at, args) => ({
    method: "POST",
    path: collection(at),
    body: { name: args.name, target: { hash: args.target } },
  }),
  delete: (at, id) => ({ method: "DELETE", path: item(at, id) }),

  onImport: {
    // The source of a branch matters on creation only.
    args: (args, owner) => ({ ...args, target: owner?.mainBranch ?? "main" }),
  },
  severity: { missing: "high", extra: "low", recreated: "low" },
  settingsPage: { repository: ({ name }) => `/branch/${encodeSegments(name)}` },
  terraform: {},
});

function collection(at: Location): string {
  return `${repositoryPath(at)}/refs/branches`;
}

function item(at: Location, id: string): string {
  return collection(at) + apiPath`/${id}`;
}
