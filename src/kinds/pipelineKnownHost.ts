import { isIPv6 } from "node:net";
import { z } from "zod";
import { apiPath } from "../bitbucket";
import { adopt, line, uuidFromId } from "./fields";
import { defineKind, type Location } from "./kind";
import { repositoryPath } from "./paths";
import { isSamePublicKey, publicKey, splitPublicKey } from "./publicKey";

const body = z.object({
  uuid: z.string(),
  hostname: z.string(),
  public_key: z.object({ key_type: z.string(), key: z.string() }),
});

/** A host that a repository's builds trust when they log in to it. */
export const pipelineKnownHost = defineKind({
  name: "PipelineKnownHost",
  title: "pipeline known host",
  summary: "The SSH host key of a host that a repository's builds connect to.",
  documentation: "https://developer.atlassian.com/cloud/bitbucket/rest/api-group-pipelines/",
  parents: ["repository"],
  dependsOnKinds: ["PipelinesConfig"],
  naturalKey: ["hostname", "publicKey"],
  identity: (values) => `${values.hostname} ${splitPublicKey(String(values.publicKey)).key}`,
  args: z.object({
    hostname: line(255)
      .min(1, "must not be empty")
      .superRefine((host, context) => {
        const message = hostProblem(host);
        if (message) context.addIssue({ code: "custom", message });
      })
      .meta({ description: "The host, with a port if it is not 22: `[git.example.com]:2222`." }),
    publicKey: publicKey.meta({
      mustApply: true,
      description: "The host's public key, as printed by `ssh-keyscan` after the host.",
    }),
    adopt,
  }),
  outputs: z.object({ uuid: z.string().meta({ description: "The UUID." }) }),
  derived: uuidFromId,
  yaml: {
    section: "pipelineKnownHosts",
    form: "map",
    nameField: "hostname",
    shorthand: "publicKey",
    example: [
      "pipelineKnownHosts:",
      "  deploy.example.com: ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl",
    ].join("\n"),
  },

  equivalent: { publicKey: isSamePublicKey },

  source: {
    collection: (at) => ({
      path: collection(at),
      fields: "uuid,hostname,public_key.key_type,public_key.key",
    }),
    item,
  },
  parse(value) {
    const found = body.parse(value);
    const { key, key_type } = found.public_key;
    return {
      id: found.uuid,
      args: { hostname: found.hostname, publicKey: `${key_type} ${key}` },
      outputs: {},
    };
  },

  lookBeforeCreate: true,
  create: (at, args) => ({ method: "POST", path: collection(at), body: toBody(args) }),
  update: (at, id, args) => ({ method: "PUT", path: item(at, id), body: { uuid: id, ...toBody(args) } }),
  delete: (at, id) => ({ method: "DELETE", path: item(at, id) }),

  // Builds log in to whoever has the key.
  severity: {
    missing: "medium",
    extra: "high",
    recreated: "medium",
    fields: { hostname: "high", publicKey: "critical" },
  },
  settingsPage: { repository: "/admin/pipelines/ssh-keys" },
  terraform: { drFaust92: ["pipeline_ssh_known_host"] },
});

/** Why a text is not a host as `known_hosts` has it (sshd(8)), or undefined. */
function hostProblem(host: string): string | undefined {
  const [, inner, port] = host.match(/^\[(.+)\]:(\d+)$/) ?? [];
  if (port !== undefined && (Number(port) < 1 || Number(port) > 65_535))
    return `has the port ${port}, and ports are 1 to 65535`;
  const name = inner ?? host;
  const [, before, after] = name.match(/^([^:]+):(\d+)$/) ?? [];
  if (before !== undefined) return `must be written [${before}]:${after}, the form of a host with a port`;
  if (name.includes(":") && isIPv6(name)) return undefined;
  return /^[^\s:/@[\]]+$/.test(name)
    ? undefined
    : "must be a host, such as git.example.com, or with a port, [git.example.com]:2222";
}

function collection(at: Location): string {
  return `${repositoryPath(at)}/pipelines_config/ssh/known_hosts`;
}

function item(at: Location, id: string): string {
  return collection(at) + apiPath`/${id}`;
}

function toBody(args: { hostname: string; publicKey: string }) {
  const [key_type = "", key = ""] = splitPublicKey(args.publicKey).key.split(" ");
  return {
    type: "pipeline_known_host",
    hostname: args.hostname,
    public_key: { type: "pipeline_ssh_public_key", key_type, key },
  };
}
