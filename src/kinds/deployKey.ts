import { z } from "zod";
import { apiPath } from "../bitbucket";
import { adopt, line } from "./fields";
import { defineKind, type Location } from "./kind";
import { titleIn } from "./names";
import { projectPath, repositoryPath } from "./paths";
import { isSamePublicKey, publicKey, splitPublicKey } from "./publicKey";
import { keySeverity } from "./severity";

const body = z.object({
  id: z.number(),
  key: z.string(),
  label: z.string().nullish(),
  comment: z.string().nullish(),
});

/** A key that may read one repository, or all repositories of a project. */
export const deployKey = defineKind({
  name: "DeployKey",
  title: "deploy key",
  summary: "An SSH key with read access to a repository, or to all repositories of a project.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-deployments/",
  parents: ["repository", "project"],
  naturalKey: ["key"],
  identity: (args) => splitPublicKey(String(args.key)).key,
  args: z.object({
    key: publicKey.meta({
      immutable: true,
      mustApply: true,
      description:
        "The public key, as in a `.pub` file. Its comment is ignored. A deleted key can stay " +
        "reserved for up to 30 days.",
    }),
    label: line(255).default("").meta({
      description:
        "The label shown in the settings. In a project, changing it replaces the key, because the API has no update.",
    }),
    adopt,
  }),
  outputs: z.object({
    keyId: z.string().meta({ description: "The id, a number." }),
    comment: z.string().meta({ description: "The comment of the key." }),
  }),
  derived: { keyId: (id) => id },
  yaml: {
    section: "deployKeys",
    form: "map",
    nameField: "label",
    shorthand: "key",
    example: [
      "deployKeys:",
      "  deployer: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl deployer@example.com",
    ].join("\n"),
  },

  equivalent: { key: isSamePublicKey },
  // A project's keys have no update.
  immutableAt: (at) => (at.repository ? [] : ["label"]),

  source: { collection: (at) => ({ path: collection(at), fields: "id,key,label,comment" }), item },
  parse(value) {
    const found = body.parse(value);
    const { key, comment } = splitPublicKey(found.key);
    return {
      id: String(found.id),
      args: { key, label: found.label ?? "" },
      outputs: { comment: found.comment || comment },
    };
  },

  create: (at, args) => ({
    method: "POST",
    path: collection(at),
    body: { key: args.key.trim(), label: args.label },
  }),
  update: (at, id, args) => ({
    method: "PUT",
    path: item(at, id),
    body: { key: splitPublicKey(args.key).key, label: args.label },
  }),
  delete: (at, id) => ({ method: "DELETE", path: item(at, id) }),

  onImport: {
    name: ({ id, args, outputs }) => titleIn(args.label) ?? titleIn(outputs.comment) ?? `key-${id}`,
  },
  severity: keySeverity,
  settingsPage: { repository: "/admin/access-keys", project: "/access-keys" },
  terraform: { drFaust92: ["deploy_key"], zahiar: ["deploy_key"] },
});

function collection(at: Location): string {
  return `${at.repository ? repositoryPath(at) : projectPath(at)}/deploy-keys`;
}

function item(at: Location, id: string): string {
  return collection(at) + apiPath`/${id}`;
}
