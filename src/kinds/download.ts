import { z } from "zod";
import { apiPath } from "../bitbucket";
import { adopt, line } from "./fields";
import { defineKind, type Location, type WriteRequest } from "./kind";
import { addDigest, isSameBytes, localFileText, localPath, parseLocalFile, readBytes } from "./localFile";
import { repositoryPath } from "./paths";

const args = z.object({
  name: line(255)
    .min(1, "must not be empty")
    .refine((name) => !/[/\\"]/.test(name) && name !== "." && name !== "..", {
      message: "must be a file name without /, \\ and quotes",
    })
    .meta({ immutable: true, description: "The file's name among the downloads." }),
  file: localPath.meta({
    description:
      "The file to upload, of at most 1 GiB. In YAML, the path is relative to the YAML file, in " +
      "programs to the project's folder. The state contains its path and SHA-256 digest, not its content. " +
      "If someone uploads another file with the same name, its time or size differs; then it is read and compared.",
  }),
  adopt,
});

// It is sent from memory.
const rules = { what: "a download", most: 1024 * 1024 * 1024 };

const body = z.object({ name: z.string(), size: z.number(), created_on: z.string() });

/** A file that a repository offers for download, beside its code. */
export const download = defineKind({
  name: "Download",
  title: "download",
  summary: "A file in a repository's downloads. It is uploaded if it differs.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-downloads/",
  parents: ["repository"],
  naturalKey: ["name"],
  args,
  outputs: z.object({
    size: z.number().meta({ description: "Its size, in bytes." }),
    createdOn: z.string().meta({ description: "When it was last uploaded." }),
  }),
  yaml: {
    section: "downloads",
    form: "map",
    nameField: "name",
    shorthand: "file",
    example: ["downloads:", "  handbook.pdf: files/handbook.pdf"].join("\n"),
  },

  localFiles: { file: (value, from, root) => addDigest(rules, value, from, root) },
  equivalent: { file: isSameBytes },

  source: {
    collection: (at) => ({ path: collection(at), fields: "name,size,created_on", uniqueBy: "name" }),
  },
  parse(value) {
    const { name, size, created_on } = body.parse(value);
    return { id: name, args: { name }, outputs: { size, createdOn: created_on } };
  },
  contents: {
    field: "file",
    path: item,
    value: (digest) => localFileText(digest),
    // Uploaded since by somebody else, it may hold anything.
    isAsWritten: ({ outputs }, state) =>
      outputs.createdOn !== undefined && outputs.createdOn === state.createdOn && outputs.size === state.size,
    unlisted: (name) => ({ id: name, args: { name }, outputs: {} }),
  },

  // An upload would take the place of a file of the same name without a word.
  lookBeforeCreate: true,
  create: upload,
  update: (at, _id, values) => upload(at, values),
  delete: (at, id) => ({ method: "DELETE", path: item(at, id) }),

  // Others fetch and run it.
  severity: { missing: "medium", extra: "low", recreated: "high", fields: { file: "high" } },
  settingsPage: { repository: "/downloads/" },
  terraform: {},
});

/** https://developer.atlassian.com/cloud/bitbucket/rest/api-group-downloads/#api-repositories-workspace-repo-slug-downloads-post */
function upload(at: Location, { name, file }: z.output<typeof args>): WriteRequest {
  return {
    method: "POST",
    path: collection(at),
    form: {},
    uploads: [{ field: "files", name, content: async () => new Uint8Array(readBytes(parseLocalFile(file))) }],
  };
}

function collection(at: Location): string {
  return `${repositoryPath(at)}/downloads`;
}

function item(at: Location, id: string): string {
  return collection(at) + apiPath`/${id}`;
}
