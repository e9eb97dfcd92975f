/**
 * The JSON Schema of stacks/*.yaml, for editors. The loader checks what it cannot express (several fields at
 * once, other files).
 */
import type { Kind } from "../kinds/kind";
import { canBeUnmanaged, holdsPolicy, isRemovedByNameOnly } from "../kinds/unmanaged";
import type { topKeys } from "./combine";
import type { limitKeys } from "./delegation/limits";
import { delegatedSecretSources, type delegationKeys, type delegationRuleKeys } from "./delegation/read";
import { repositoryFilePath } from "./delegation/repositoryFile";
import { closeSchema, fieldSchema, nothing, nullable, secretReferenceSchema } from "./fieldSchema";
import type { entryKeys } from "./layer";
import type { listenKeys, newRepositoryKeys } from "./listen";
import { exceptionsSchema, policiesSchema, type SchemaNode } from "./policySchema";
import type { profileKeys, ruleKeys } from "./repositoryLayers";
import { Structure } from "./structure";
import { type layerKeys, policies, type policyKeys, type policyRuleKeys } from "./unmanaged";

const names: SchemaNode = { type: "array", items: { type: "string", minLength: 1 } };

/** @param structure The kinds that the YAML can hold. */
export function createStackSchema(structure = new Structure()): SchemaNode {
  const objects = structure.kinds.map((kind): [string, SchemaNode] => [
    structure.defaultsName(kind),
    objectSchema(structure, kind, {}),
  ]);
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Desired state of a Bitbucket Cloud workspace",
    ...closeSchema({
      ...topProperties(structure),
      ...Object.fromEntries(
        structure.topSections().map((kind) => [kind.yaml.section, topSection(structure, kind)]),
      ),
    }),
    $defs: {
      secretReference: secretReferenceSchema(),
      ...Object.fromEntries(objects),
    },
  };
}

function topProperties(structure: Structure): Record<(typeof topKeys)[number], SchemaNode> {
  const { profiledKind } = structure;
  const settings = profiledKind ? ref(structure, profiledKind) : closeSchema({});
  const rule = profiledKind
    ? objectSchema(structure, profiledKind, ruleProperties())
    : closeSchema(ruleProperties());
  return {
    workspace: { type: "string", description: "The workspace, as in its URL." },
    include: {
      description: "More files, relative to this one. Globs are allowed.",
      anyOf: [{ type: "string", minLength: 1 }, names, nothing],
    },
    adopt: {
      description: "Whether existing objects are adopted and updated to the declared state.",
      ...nullable({ type: "boolean" }),
    },
    unmanaged: {
      description:
        "The policy for unmanaged resources in the workspace: see docs/how-to/unmanaged-resources.md.",
      ...policySchema(stackPolicyProperties(structure)),
    },
    defaults: {
      description: "Defaults for all resources of a type. More specific settings override them.",
      ...nullable(
        closeSchema(
          Object.fromEntries(
            structure.kinds.map((kind) => [structure.defaultsName(kind), nullable(ref(structure, kind))]),
          ),
        ),
      ),
    },
    profiles: {
      description: "Settings that repositories can use by the profile's name.",
      ...nullable({ type: "object", additionalProperties: nullable(settings) }),
    },
    rules: {
      description: "Settings for all repositories whose name matches. A later rule overrides an earlier one.",
      ...nullable({ type: "array", items: { ...rule, required: ["match"] } }),
    },
    existing: {
      description: "Objects that are managed elsewhere, to refer to them.",
      ...nullable(
        closeSchema(
          Object.fromEntries(structure.referableKinds().map((kind) => [kind.yaml.section, nullable(names)])),
        ),
      ),
    },
    shards: {
      description: "How the stack is split into several Pulumi stacks: see docs/how-to/shards.md.",
      ...nullable({ ...closeSchema(shardsProperties()), minProperties: 1, maxProperties: 1 }),
    },
    delegation: {
      description: "What teams may set in files of their own: see docs/how-to/delegate.md.",
      ...nullable(closeSchema(delegationProperties())),
    },
    policies: policiesSchema(structure),
    exceptions: exceptionsSchema(),
    listen: {
      description: "What `listen` does with Bitbucket's webhooks: see docs/how-to/listen.md.",
      ...nullable(closeSchema(listenProperties())),
    },
  };
}

function delegationProperties(): Record<(typeof delegationKeys)[number], SchemaNode> {
  return {
    rules: {
      description: "Rules, by name: one file each, or one in each repository, and what it may set.",
      ...nullable({
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
    limits: { description: "Limits of all rules, by property.", ...nullable(limitsSchema()) },
  };
}

function delegationRuleProperties(): Record<(typeof delegationRuleKeys)[number], SchemaNode> {
  const name: SchemaNode = { type: "string", minLength: 1 };
  const globs: SchemaNode = { anyOf: [name, { ...names, minItems: 1 }] };
  return {
    file: { description: "A team's file, relative to this one.", ...name },
    repositoryFile: {
      description: `Each repository's own file, ${repositoryFilePath} on its main branch, instead of one file.`,
      const: true,
    },
    pins: {
      description: "Commits at which repositories' own files are read instead, by the repositories' keys.",
      ...nullable({ type: "object", additionalProperties: { type: "string", pattern: "^[0-9a-f]{40}$" } }),
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
      ...nullable(
        closeSchema(Object.fromEntries(delegatedSecretSources.map((source) => [source, nullable(globs)]))),
      ),
    },
    limits: { description: "Limits of this rule, by property.", ...nullable(limitsSchema()) },
  };
}

function limitsSchema(): SchemaNode {
  const scalar: SchemaNode = { type: ["string", "number", "boolean"] };
  const list: SchemaNode = { type: "array", items: scalar, minItems: 1 };
  const host: SchemaNode = { type: "string", minLength: 1 };
  const properties: Record<(typeof limitKeys)[number], SchemaNode> = {
    min: { description: "The lowest number.", type: "number" },
    max: { description: "The highest number.", type: "number" },
    oneOf: { description: "The allowed values.", anyOf: [scalar, list] },
    hosts: {
      description: "The hosts that a URL may have. *.acme.com is any host below acme.com.",
      anyOf: [host, { type: "array", items: host, minItems: 1 }],
    },
    when: {
      description: "The limit applies only where other properties have these values.",
      type: "object",
      additionalProperties: scalar,
    },
  };
  return { type: "object", additionalProperties: { ...closeSchema(properties), minProperties: 1 } };
}

const policy: SchemaNode = { enum: [...policies] };

/** A policy alone, or a map. */
function policySchema(properties: Readonly<Record<string, SchemaNode>>): SchemaNode {
  return { anyOf: [policy, closeSchema(properties), nothing] };
}

function ownPolicy(structure: Structure): SchemaNode {
  return {
    description: "The policy for unmanaged resources in it.",
    ...policySchema(layerProperties(structure)),
  };
}

function layerProperties(structure: Structure): Record<(typeof layerKeys)[number], SchemaNode> {
  return {
    policy: { description: "For all resource types.", ...nullable(policy) },
    kinds: {
      description: "By resource type. Repositories and projects are removed only by a rule that names them.",
      ...nullable(
        closeSchema(
          Object.fromEntries(
            policyKinds(structure).map((kind) => [
              structure.defaultsName(kind),
              nullable({ enum: policies.filter((word) => word !== "remove" || !isRemovedByNameOnly(kind)) }),
            ]),
          ),
        ),
      ),
    },
  };
}

function stackPolicyProperties(structure: Structure): Record<(typeof policyKeys)[number], SchemaNode> {
  return {
    ...layerProperties(structure),
    rules: {
      description: "By name. A later rule overrides an earlier one.",
      ...nullable({
        type: "array",
        items: { ...closeSchema(policyRuleProperties(structure)), required: ["match", "policy"] },
      }),
    },
  };
}

function policyRuleProperties(structure: Structure): Record<(typeof policyRuleKeys)[number], SchemaNode> {
  const kind: SchemaNode = { enum: policyKinds(structure).map((one) => structure.defaultsName(one)) };
  return {
    kinds: {
      description: "The resource types. Omitted: all.",
      anyOf: [kind, { type: "array", items: kind, minItems: 1 }],
    },
    match: {
      description: 'A name, a glob, or a list of them: a slug, a key, a URL. "!" before one excludes.',
      anyOf: [
        { type: "string", minLength: 1 },
        { ...names, minItems: 1 },
      ],
    },
    policy,
  };
}

function policyKinds(structure: Structure): readonly Kind[] {
  return structure.kinds.filter(canBeUnmanaged);
}

function shardsProperties(): Record<string, SchemaNode> {
  return {
    by: { description: "One shard for each project.", enum: ["project"] },
    into: {
      description: "This number of shards, by a hash of the repositories' names.",
      type: "integer",
      minimum: 1,
      maximum: 1000,
    },
    patterns: {
      description:
        "Shards, each with a glob, or a list of them, on the repositories' names. The first match is used.",
      type: "object",
      additionalProperties: {
        anyOf: [
          { type: "string", minLength: 1 },
          { ...names, minItems: 1 },
        ],
      },
    },
  };
}

function listenProperties(): Record<(typeof listenKeys)[number], SchemaNode> {
  const properties: Record<(typeof newRepositoryKeys)[number], SchemaNode> = {
    match: {
      description: 'A glob, or a list of globs, on the slug. "!" before one excludes. Omitted: all.',
      anyOf: [{ type: "string", minLength: 1 }, names, nothing],
    },
    profiles: { description: "The profiles to apply, once.", ...names, minItems: 1 },
  };
  return {
    desiredState: {
      description: "The slug of the repository that holds this YAML.",
      ...nullable({ type: "string", minLength: 1 }),
    },
    newRepositories: {
      description: "What happens to a repository that somebody creates. Omitted: it is reported.",
      ...nullable({ ...closeSchema(properties), required: ["profiles"] }),
    },
  };
}

function ruleProperties(): Record<(typeof ruleKeys)[number], SchemaNode> {
  return {
    match: {
      description: 'A glob, or a list of globs, on the repository\'s name. "!" before one excludes.',
      anyOf: [
        { type: "string", minLength: 1 },
        { ...names, minItems: 1 },
      ],
    },
    ...profileProperties(),
  };
}

function profileProperties(): Record<(typeof profileKeys)[number], SchemaNode> {
  return {
    profiles: {
      description: "The profiles to use. A later one overrides an earlier one.",
      ...nullable(names),
    },
  };
}

function entryProperties(kind: Kind): Partial<Record<(typeof entryKeys)[number], SchemaNode>> {
  return {
    renamedFrom: {
      description:
        "Its previous key: it is renamed instead of deleted and created again. With null, it is not a rename: the resource with the other key is deleted, and this one is created.",
      ...nullable({ type: "string", minLength: 1 }),
    },
    ...(kind.canExpire
      ? {
          until: {
            description:
              "The last day on which it is desired, in UTC: an apply after that day deletes it. Announced a week before. See docs/how-to/access-review.md.",
            ...nullable({ type: "string", format: "date" }),
          },
        }
      : {}),
  };
}

function topSection(structure: Structure, kind: Kind): SchemaNode {
  const object =
    kind === structure.profiledKind
      ? objectSchema(structure, kind, profileProperties())
      : ref(structure, kind);
  return sectionSchema(kind, object, false);
}

/** @param removable Whether an entry may be null, to remove an inherited one. */
function sectionSchema(kind: Kind, object: SchemaNode, removable: boolean): SchemaNode {
  const { form, shorthand, nameField } = kind.yaml;
  const description = kind.summary;
  const short = shorthand ? [fieldSchema(kind, shorthand)] : [];
  switch (form) {
    case "single":
      return { description, anyOf: [object, ...short, nothing] };
    case "list":
      return { description, anyOf: [{ type: "array", items: fieldSchema(kind, nameField ?? "") }, nothing] };
    case "map": {
      const entry = { anyOf: [object, ...short, ...(removable ? [nothing] : [])] };
      return { description, anyOf: [{ type: "object", additionalProperties: entry }, nothing] };
    }
  }
}

function objectSchema(
  structure: Structure,
  kind: Kind,
  extras: Readonly<Record<string, SchemaNode>>,
): SchemaNode {
  const fields = Object.keys(kind.args.shape).map((field): [string, SchemaNode] => {
    const { description, default: usual, ...schema } = fieldSchema(kind, field);
    return [
      field,
      {
        ...(description === undefined ? {} : { description }),
        ...(usual === undefined ? {} : { default: usual }),
        ...nullable(schema),
      },
    ];
  });
  const sections = structure
    .sectionsOf(kind)
    .map((child): [string, SchemaNode] => [
      child.yaml.section,
      sectionSchema(child, ref(structure, child), true),
    ]);
  return {
    description: kind.summary,
    ...closeSchema({
      ...extras,
      ...(kind.yaml.form === "map" ? entryProperties(kind) : {}),
      ...(holdsPolicy(kind) ? { unmanaged: ownPolicy(structure) } : {}),
      ...Object.fromEntries([...fields, ...sections]),
    }),
  };
}

function ref(structure: Structure, kind: Kind): SchemaNode {
  return { $ref: `#/$defs/${structure.defaultsName(kind)}` };
}
