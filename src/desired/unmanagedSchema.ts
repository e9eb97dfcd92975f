/** The JSON Schema of `unmanaged:`, for editors. */
import type { Kind } from "../kinds/kind";
import { canBeUnmanaged, isRemovedByNameOnly } from "../kinds/unmanaged";
import { allowNull, closeSchema, globs, nothing, oneOrMore, type SchemaNode } from "./schemaNode";
import type { Structure } from "./structure";
import { type layerKeys, policies, type policyKeys, type policyRuleKeys } from "./unmanaged";

const policy: SchemaNode = { enum: [...policies] };

/** A policy alone, or a map. */
export function policySchema(properties: Readonly<Record<string, SchemaNode>>): SchemaNode {
  return { anyOf: [policy, closeSchema(properties), nothing] };
}

export function ownPolicy(structure: Structure): SchemaNode {
  return {
    description: "The policy for unmanaged resources in it.",
    ...policySchema(layerProperties(structure)),
  };
}

function layerProperties(structure: Structure): Record<(typeof layerKeys)[number], SchemaNode> {
  return {
    policy: { description: "For all resource types.", ...allowNull(policy) },
    kinds: {
      description: "By resource type. Repositories and projects are removed only by a rule that names them.",
      ...allowNull(
        closeSchema(
          Object.fromEntries(
            policyKinds(structure).map((kind) => [
              structure.defaultsName(kind),
              allowNull({ enum: policies.filter((word) => word !== "remove" || !isRemovedByNameOnly(kind)) }),
            ]),
          ),
        ),
      ),
    },
  };
}

export function stackPolicyProperties(structure: Structure): Record<(typeof policyKeys)[number], SchemaNode> {
  return {
    ...layerProperties(structure),
    rules: {
      description: "By name. A later rule overrides an earlier one.",
      ...allowNull({
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
      ...oneOrMore(kind),
    },
    match: {
      description: 'A name, a glob, or a list of them: a slug, a key, a URL. "!" before one excludes.',
      ...globs,
    },
    policy,
  };
}

function policyKinds(structure: Structure): readonly Kind[] {
  return structure.kinds.filter(canBeUnmanaged);
}
