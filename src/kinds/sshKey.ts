import { z } from "zod";
import { apiPath } from "../bitbucket";
import { adopt, line, uuidFromId } from "./fields";
import { defineKind } from "./kind";
import { accountPath } from "./paths";
import { publicKey, samePublicKey, splitPublicKey } from "./publicKey";

const body = z.object({
  uuid: z.string(),
  key: z.string(),
  label: z.string().nullish(),
  comment: z.string().nullish(),
});

/** An SSH key with which the credential's own user logs in. */
export const sshKey = defineKind({
  name: "SshKey",
  title: "SSH key",
  summary: "An SSH key with which the credential's own user logs in.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-ssh/",
  parents: ["account"],
  naturalKey: ["key"],
  identity: (args) => splitPublicKey(String(args.key)).key,
  args: z.object({
    key: publicKey.meta({
      mustApply: true,
      immutable: true,
      description: "The public key, as in a `.pub` file. Its comment does not count.",
    }),
    label: line(255).default("").meta({ description: "The label shown in the settings." }),
    adopt,
  }),
  outputs: z.object({ uuid: z.string().meta({ description: "The UUID." }) }),
  derived: uuidFromId,
  yaml: {
    section: "sshKeys",
    form: "map",
    nameField: "label",
    shorthand: "key",
    example: [
      "sshKeys:",
      "  laptop: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl laptop",
    ].join("\n"),
  },
  equivalent: { key: samePublicKey },

  source: {
    collection: (at) => ({ path: `${accountPath(at)}/ssh-keys`, fields: "uuid,key,label,comment" }),
    item: (at, id) => `${accountPath(at)}/ssh-keys${apiPath`/${id}`}`,
  },
  parse(value) {
    const found = body.parse(value);
    return {
      id: found.uuid,
      args: { key: splitPublicKey(found.key).key, label: found.label ?? "" },
      outputs: {},
    };
  },
  create: (at, args) => ({
    method: "POST",
    path: `${accountPath(at)}/ssh-keys`,
    body: { key: args.key.trim(), label: args.label },
  }),
  update: (at, id, args) => ({
    method: "PUT",
    path: `${accountPath(at)}/ssh-keys${apiPath`/${id}`}`,
    body: { key: args.key.trim(), label: args.label },
  }),
  delete: (at, id) => ({ method: "DELETE", path: `${accountPath(at)}/ssh-keys${apiPath`/${id}`}` }),
});
