import { z } from "zod";
import { apiPath } from "../bitbucket";
import { refName } from "./fields";
import { defineKind, type Location } from "./kind";
import { encodeSegments, repositoryPath } from "./paths";

const body = z.object({
  name: z.string(),
  target: z.object({ hash: z.string() }),
});

/** A tag at a commit. */
export const tag = defineKind({
  name: "Tag",
  title: "tag",
  summary: "A tag at a commit.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-refs/",
  parents: ["repository"],
  isContent: true,
  naturalKey: ["name"],
  args: z.object({
    name: refName,
    target: z
      .string()
      .regex(/^[0-9a-f]{7,40}$/, "must be a commit's hash, of 7 to 40 hexadecimal digits")
      .meta({ immutable: true, description: "The hash of the commit." }),
    message: z.string().optional().meta({ createOnly: true, description: "The tag's message." }),
  }),
  outputs: z.object({}),
  yaml: {
    section: "tags",
    form: "map",
    nameField: "name",
    shorthand: "target",
    example: ["tags:", "  v1.0.0: 5dd9a1f2c3b4a5968778695a4b3c2d1e0f9a8b7c"].join("\n"),
  },

  satisfiedBy: { target: (wanted, live) => String(live).startsWith(String(wanted)) },

  source: {
    collection: (at) => ({ path: collection(at), fields: "name,target.hash", uniqueBy: "name" }),
    item,
    idIsKey: true,
  },
  parse(value) {
    const found = body.parse(value);
    return { id: found.name, args: { name: found.name, target: found.target.hash }, outputs: {} };
  },

  create: (at, args) => ({
    method: "POST",
    path: collection(at),
    body: {
      name: args.name,
      target: { hash: args.target },
      ...(args.message === undefined ? {} : { message: args.message }),
    },
  }),
  delete: (at, id) => ({ method: "DELETE", path: item(at, id) }),

  severity: { missing: "high", extra: "low", recreated: "high", fields: { target: "high" } },
  settingsPage: { repository: ({ name }) => `/commits/tag/${encodeSegments(name)}` },
  terraform: {},
});

function collection(at: Location): string {
  return `${repositoryPath(at)}/refs/tags`;
}

function item(at: Location, id: string): string {
  return collection(at) + apiPath`/${id}`;
}
