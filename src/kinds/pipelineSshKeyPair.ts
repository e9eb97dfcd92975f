import { z } from "zod";
import { adopt } from "./fields";
import { defineKind, type Location } from "./kind";
import { repositoryPath } from "./paths";
import { isSamePublicKey, publicKey } from "./publicKey";

/** The SSH key pair that a repository's builds use to connect to other hosts. */
export const pipelineSshKeyPair = defineKind({
  name: "PipelineSshKeyPair",
  title: "pipeline SSH key pair",
  summary: "The SSH key pair that a repository's builds use to connect to other hosts.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/",
  parents: ["repository"],
  dependsOnKinds: ["PipelinesConfig"],
  naturalKey: [],
  args: z.object({
    privateKey: z
      .string()
      .regex(/^-----BEGIN [A-Z ]*PRIVATE KEY-----/, "must be a private key in the format of ssh-keygen")
      .meta({ secret: true, writeOnly: true, description: "The private key. The API never returns it." }),
    publicKey: publicKey.meta({
      mustApply: true,
      description: "The public key that belongs to it, as in a `.pub` file.",
    }),
    adopt,
  }),
  outputs: z.object({}),
  yaml: {
    section: "pipelineSshKeyPair",
    form: "single",
    example: [
      "pipelineSshKeyPair:",
      "  privateKey: { fromPass: acme/pipelines-key }",
      "  publicKey: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl pipelines",
    ].join("\n"),
  },

  equivalent: { publicKey: isSamePublicKey },
  // Another public key means that somebody put another pair there.
  stillHolds: (field, found, wanted) =>
    field !== "privateKey" || isSamePublicKey(found.args.publicKey, wanted.publicKey),

  source: { single: path },
  parse(value) {
    const found = z.object({ public_key: z.string() }).parse(value);
    return { id: "key-pair", args: { publicKey: found.public_key }, outputs: {} };
  },

  // A PUT would replace a pair that is there, and its private key is nowhere else.
  lookBeforeCreate: true,
  create: (at, args) => ({ method: "PUT", path: path(at), body: toBody(args) }),
  update: (at, _id, args) => ({ method: "PUT", path: path(at), body: toBody(args) }),
  delete: (at) => ({ method: "DELETE", path: path(at) }),

  severity: {
    missing: "high",
    extra: "high",
    recreated: "high",
    fields: { publicKey: "critical", privateKey: "critical" },
  },
  settingsPage: { repository: "/admin/pipelines/ssh-keys" },
  terraform: { drFaust92: ["pipeline_ssh_key"], zahiar: ["pipeline_key_pair"] },
});

function path(at: Location): string {
  return `${repositoryPath(at)}/pipelines_config/ssh/key_pair`;
}

function toBody(args: { privateKey: string; publicKey: string }) {
  return { private_key: args.privateKey, public_key: args.publicKey };
}
