import { z } from "zod";
import { apiPath } from "../bitbucket";
import { line } from "./fields";
import { defineKind } from "./kind";
import { titleIn } from "./names";
import { accountPath } from "./paths";
import { keySeverity } from "./severity";

const body = z.object({
  fingerprint: z.string(),
  key_id: z.string().nullish(),
  name: z.string().nullish(),
  key: z.string().nullish(),
});

/** A GPG key with which the credential's own user signs commits. */
export const gpgKey = defineKind({
  name: "GpgKey",
  title: "GPG key",
  summary: "A GPG key with which the credential's own user signs commits.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-gpg/",
  parents: ["account"],
  naturalKey: ["key"],
  identity: (args) => keyData(args.key),
  args: z.object({
    key: z
      .string()
      .refine(
        (key) => !key.includes("PRIVATE KEY"),
        "must be a public key, not a private one: use the output of gpg --armor --export",
      )
      .regex(
        /^\s*-----BEGIN PGP PUBLIC KEY BLOCK-----[\s\S]*-----END PGP PUBLIC KEY BLOCK-----\s*$/,
        "must be the output of gpg --armor --export",
      )
      .meta({ immutable: true, description: "The public key in ASCII armor." }),
    name: line(255)
      .optional()
      .meta({ immutable: true, serverChosen: true, description: "The label shown in the settings." }),
  }),
  outputs: z.object({
    fingerprint: z.string().meta({ description: "The fingerprint." }),
    keyId: z.string().meta({ description: "The key id." }),
  }),
  derived: { fingerprint: (id) => id },
  yaml: {
    section: "gpgKeys",
    form: "map",
    nameField: "name",
    shorthand: "key",
    example: ["gpgKeys:", "  signing: { key: { fromFile: keys/signing.asc } }"].join("\n"),
  },

  // The server rewrites the armor, with other headers and line lengths.
  equivalent: { key: (a, b) => keyData(a) === keyData(b) },

  source: {
    collection: (at) => ({ path: `${accountPath(at)}/gpg-keys`, fields: "fingerprint,key_id,name,key" }),
    item: (at, id) => `${accountPath(at)}/gpg-keys${apiPath`/${id}`}`,
  },
  parse(value) {
    const found = body.parse(value);
    return {
      id: found.fingerprint,
      args: { ...(found.key ? { key: found.key } : {}), ...(found.name ? { name: found.name } : {}) },
      outputs: { keyId: found.key_id ?? "" },
    };
  },

  create: (at, args) => ({
    method: "POST",
    path: `${accountPath(at)}/gpg-keys`,
    body: { key: args.key, ...(args.name === undefined ? {} : { name: args.name }) },
  }),
  delete: (at, id) => ({ method: "DELETE", path: `${accountPath(at)}/gpg-keys${apiPath`/${id}`}` }),

  onImport: { name: ({ id, args }) => titleIn(args.name) ?? id.slice(-16) },
  severity: keySeverity,
  settingsPage: { account: "/account/settings/gpg-keys/" },
  terraform: { drFaust92: ["gpg_key"] },
});

/** The key's data, without armor, headers, checksum and white space. */
function keyData(armored: unknown): string {
  return String(armored)
    .split("\n")
    .filter((line) => !line.startsWith("-----") && !line.includes(": ") && !line.startsWith("="))
    .join("")
    .replace(/\s/g, "");
}
