import { z } from "zod";
import { apiPath } from "../bitbucket";
import { adopt, line, uuidFromId } from "./fields";
import { defineKind } from "./kind";
import { titleIn } from "./names";
import { accountPath } from "./paths";
import { isSamePublicKey, publicKey, splitPublicKey } from "./publicKey";
import { keySeverity } from "./severity";

const body = z.object({
  uuid: z.string(),
  key: z.string(),
  label: z.string().nullish(),
  comment: z.string().nullish(),
  expires_on: z.string().nullish(),
});

/** An SSH key of the credential's own user. */
export const sshKey = defineKind({
  name: "SshKey",
  title: "SSH key",
  summary: "An SSH key of the credential's own user.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-ssh/",
  parents: ["account"],
  naturalKey: ["key"],
  identity: (args) => splitPublicKey(String(args.key)).key,
  args: z.object({
    key: publicKey.meta({
      mustApply: true,
      immutable: true,
      description: "The public key, as in a `.pub` file. Its comment is ignored.",
    }),
    label: line(255).default("").meta({ description: "The label shown in the settings." }),
    expiresOn: z
      .union([z.iso.date(), z.iso.datetime({ offset: true })], {
        error: "must be a date, 2027-01-31, or a time, 2027-01-31T12:00:00Z",
      })
      .optional()
      .meta({
        immutable: true,
        serverChosen: true,
        description:
          "When it expires: a date (at its start in UTC), or a time. Changing it replaces the key.",
      }),
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

  equivalent: { key: isSamePublicKey, expiresOn: isSameTime },

  source: {
    collection: (at) => ({
      path: `${accountPath(at)}/ssh-keys`,
      fields: "uuid,key,label,comment,expires_on",
    }),
    item: (at, id) => `${accountPath(at)}/ssh-keys${apiPath`/${id}`}`,
  },
  parse(value) {
    const found = body.parse(value);
    return {
      id: found.uuid,
      args: {
        key: splitPublicKey(found.key).key,
        label: found.label ?? "",
        ...(found.expires_on ? { expiresOn: found.expires_on } : {}),
      },
      outputs: {},
    };
  },

  create: (at, args) => ({
    method: "POST",
    path: `${accountPath(at)}/ssh-keys`,
    ...(args.expiresOn === undefined
      ? {}
      : { query: { expires_on: new Date(args.expiresOn).toISOString() } }),
    body: { key: args.key.trim(), label: args.label },
  }),
  update: (at, id, args) => ({
    method: "PUT",
    path: `${accountPath(at)}/ssh-keys${apiPath`/${id}`}`,
    body: { key: args.key.trim(), label: args.label },
  }),
  delete: (at, id) => ({ method: "DELETE", path: `${accountPath(at)}/ssh-keys${apiPath`/${id}`}` }),

  onImport: { name: ({ id, args }) => titleIn(args.label) ?? `key-${id.slice(1, 9)}` },
  severity: keySeverity,
  settingsPage: { account: "/account/settings/ssh-keys/" },
  terraform: { drFaust92: ["ssh_key"] },
});

/** Whether two texts are the same moment. */
function isSameTime(a: unknown, b: unknown): boolean {
  return typeof a === "string" && typeof b === "string" && Date.parse(a) === Date.parse(b);
}
