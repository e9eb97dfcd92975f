/**
 * The JSON Schema of stacks/*.yaml, for editors. The loader checks what it cannot express (several fields at
 * once, other files).
 */
import type { Kind } from "../kinds/kind";
import { holdsPolicy } from "../kinds/unmanaged";
import type { topKeys } from "./combine";
import { delegationProperties } from "./delegation/ruleSchema";
import { fieldSchema, secretReferenceSchema } from "./fieldSchema";
import type { entryKeys } from "./layer";
import type { listenKeys, newRepositoryKeys } from "./listen";
import { exceptionsSchema, policiesSchema } from "./policySchema";
import type { profileKeys, ruleKeys } from "./repositoryLayers";
import { allowNull, closeSchema, globs, nothing, type SchemaNode, text, texts } from "./schemaNode";
import { Structure } from "./structure";
import { ownPolicy, policySchema, stackPolicyProperties } from "./unmanagedSchema";

/** @param structure The kinds that the YAML can hold. */
export function createStackSchema(): SchemaNode {
  const structure = new Structure();
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
  return {
    workspace: { type: "string", description: "The workspace, as in its URL." },
    include: {
      description: "More files, relative to this one. Globs are allowed.",
      anyOf: [text, texts, nothing],
    },
    adopt: {
      description: "Whether existing objects are adopted and updated to the declared state.",
      ...allowNull({ type: "boolean" }),
    },
    unmanaged: {
      description:
        "The policy for unmanaged resources in the workspace: see docs/how-to/unmanaged-resources.md.",
      ...policySchema(stackPolicyProperties(structure)),
    },
    ...layerSections(structure),
    existing: {
      description: "Objects that are managed elsewhere, to refer to them.",
      ...allowNull(
        closeSchema(
          Object.fromEntries(structure.referableKinds().map((kind) => [kind.yaml.section, allowNull(texts)])),
        ),
      ),
    },
    shards: {
      description: "How the stack is split into several Pulumi stacks: see docs/how-to/shards.md.",
      ...allowNull({ ...closeSchema(shardsProperties()), minProperties: 1, maxProperties: 1 }),
    },
    delegation: {
      description: "What teams may set in files of their own: see docs/how-to/delegate.md.",
      ...allowNull(closeSchema(delegationProperties())),
    },
    policies: policiesSchema(structure),
    exceptions: exceptionsSchema(),
    listen: {
      description: "What `listen` does with Bitbucket's webhooks: see docs/how-to/listen.md.",
      ...allowNull(closeSchema(listenProperties())),
    },
  };
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
      additionalProperties: globs,
    },
  };
}

/** What resources inherit from. */
function layerSections(structure: Structure): Record<"defaults" | "profiles" | "rules", SchemaNode> {
  const { profiledKind } = structure;
  const settings = profiledKind ? ref(structure, profiledKind) : closeSchema({});
  const rule = profiledKind
    ? objectSchema(structure, profiledKind, ruleProperties())
    : closeSchema(ruleProperties());
  return {
    defaults: {
      description: "Defaults for all resources of a type. More specific settings override them.",
      ...allowNull(
        closeSchema(
          Object.fromEntries(
            structure.kinds.map((kind) => [structure.defaultsName(kind), allowNull(ref(structure, kind))]),
          ),
        ),
      ),
    },
    profiles: {
      description: "Settings that repositories can use by the profile's name.",
      ...allowNull({ type: "object", additionalProperties: allowNull(settings) }),
    },
    rules: {
      description: "Settings for all repositories whose name matches. A later rule overrides an earlier one.",
      ...allowNull({ type: "array", items: { ...rule, required: ["match"] } }),
    },
  };
}

function listenProperties(): Record<(typeof listenKeys)[number], SchemaNode> {
  const properties: Record<(typeof newRepositoryKeys)[number], SchemaNode> = {
    match: {
      description: 'A glob, or a list of globs, on the slug. "!" before one excludes. Omitted: all.',
      anyOf: [text, texts, nothing],
    },
    profiles: { description: "The profiles to apply, once.", ...texts, minItems: 1 },
  };
  return {
    desiredState: {
      description: "The slug of the repository that holds this YAML.",
      ...allowNull(text),
    },
    newRepositories: {
      description: "What happens to a repository that somebody creates. Omitted: it is reported.",
      ...allowNull({ ...closeSchema(properties), required: ["profiles"] }),
    },
  };
}

function ruleProperties(): Record<(typeof ruleKeys)[number], SchemaNode> {
  return {
    match: {
      description: 'A glob, or a list of globs, on the repository\'s name. "!" before one excludes.',
      ...globs,
    },
    ...profileProperties(),
  };
}

function profileProperties(): Record<(typeof profileKeys)[number], SchemaNode> {
  return {
    profiles: {
      description: "The profiles to use. A later one overrides an earlier one.",
      ...allowNull(texts),
    },
  };
}

function entryProperties(kind: Kind): Partial<Record<(typeof entryKeys)[number], SchemaNode>> {
  return {
    renamedFrom: {
      description:
        "Its previous key: it is renamed instead of deleted and created again. With null, it is not a rename: the resource with the other key is deleted, and this one is created.",
      ...allowNull(text),
    },
    ...(kind.canExpire
      ? {
          until: {
            description:
              "The last day on which it is desired, in UTC: an apply after that day deletes it. Announced a week before. See docs/how-to/access-review.md.",
            ...allowNull({ type: "string", format: "date" }),
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
        ...allowNull(schema),
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
