/** The JSON Schema of `delegation:`, for editors. */
import { allowNull, closeSchema, globs, oneOrMore, type SchemaNode, text } from "../schemaNode";
import type { limitKeys } from "./limits";
import { delegatedSecretSources, type delegationKeys, type delegationRuleKeys } from "./read";
import { repositoryFilePath } from "./repositoryFile";

export function delegationProperties(): Record<(typeof delegationKeys)[number], SchemaNode> {
  return {
    rules: {
      description: "Rules, by name: one file each, or one in each repository, and what it may set.",
      ...allowNull({
        type: "object",
        additionalProperties: {
          ...closeSchema(delegationRuleProperties()),
          required: ["repositories", "allow"],
          oneOf: (["file", "repositoryFile"] as const).map((name) => ({
            type: "object",
            properties: { [name]: {} },
            required: [name],
          })),
        },
      }),
    },
    limits: { description: "Limits of all rules, by property.", ...allowNull(limitsSchema()) },
  };
}

function delegationRuleProperties(): Record<(typeof delegationRuleKeys)[number], SchemaNode> {
  return {
    file: { description: "A team's file, relative to this one.", ...text },
    repositoryFile: {
      description: `Each repository's own file, ${repositoryFilePath} on its main branch, instead of one file.`,
      const: true,
    },
    pins: {
      description: "Commits at which repositories' own files are read instead, by the repositories' keys.",
      ...allowNull({ type: "object", additionalProperties: { type: "string", pattern: "^[0-9a-f]{40}$" } }),
    },
    repositories: {
      description: 'A glob, or a list of them, on the repositories\' keys. "!" before one excludes.',
      ...globs,
    },
    allow: {
      description:
        "Properties and sections of a repository: description, webhooks, webhooks.*.url. A star is any entry that the team adds.",
      ...globs,
    },
    secrets: {
      description: "Names of secrets that the team may refer to, by their source: a glob, or a list of them.",
      ...allowNull(
        closeSchema(Object.fromEntries(delegatedSecretSources.map((source) => [source, allowNull(globs)]))),
      ),
    },
    limits: { description: "Limits of this rule, by property.", ...allowNull(limitsSchema()) },
  };
}

function limitsSchema(): SchemaNode {
  const scalar: SchemaNode = { type: ["string", "number", "boolean"] };
  const properties: Record<(typeof limitKeys)[number], SchemaNode> = {
    min: { description: "The lowest number.", type: "number" },
    max: { description: "The highest number.", type: "number" },
    oneOf: { description: "The allowed values.", ...oneOrMore(scalar) },
    hosts: {
      description: "The hosts that a URL may have. *.acme.com is any host below acme.com.",
      ...oneOrMore(text),
    },
    when: {
      description: "The limit applies only where other properties have these values.",
      type: "object",
      additionalProperties: scalar,
    },
  };
  return { type: "object", additionalProperties: { ...closeSchema(properties), minProperties: 1 } };
}
