import { z } from "zod";
import { apiPath } from "../bitbucket";
import { adopt, line } from "./fields";
import { defineKind, type Location } from "./kind";

/** What is read of an answer. */
const body = z.object({ id: z.number(), title: z.string(), is_private: z.boolean() });

/** A few files of a workspace, under a title. */
export const snippet = defineKind({
  name: "Snippet",
  title: "snippet",
  summary: "A few files of a workspace, under a title.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-snippets/",
  parents: ["workspace"],
  naturalKey: ["title"],
  args: z.object({
    title: line(255).meta({ description: "The title." }),
    isPrivate: z
      .boolean()
      .default(true)
      .meta({ mustApply: true, description: "Whether only members see it." }),
    adopt,
  }),
  outputs: z.object({}),
  yaml: {
    section: "snippets",
    form: "map",
    nameField: "title",
    example: ["snippets:", "  Release notes: { isPrivate: true }"].join("\n"),
  },

  source: { collection: (at) => ({ path: collection(at) }), item },
  parse(value) {
    const found = body.parse(value);
    return { id: String(found.id), args: { title: found.title, isPrivate: found.is_private }, outputs: {} };
  },

  lookBeforeCreate: true,
  create: (at, args) => ({
    method: "POST",
    path: collection(at),
    body: { title: args.title, is_private: args.isPrivate },
  }),
  update: (at, id, args) => ({
    method: "PUT",
    path: item(at, id),
    body: { title: args.title, is_private: args.isPrivate },
  }),
  delete: (at, id) => ({ method: "DELETE", path: item(at, id) }),

  severity: { missing: "low", extra: "low", recreated: "low" },
  settingsPage: {},
  terraform: {},
});

/** Where the snippets of a workspace are. */
function collection(at: Location): string {
  return apiPath`/snippets/${at.workspace}`;
}

function item(at: Location, id: string): string {
  return collection(at) + apiPath`/${id}`;
}
