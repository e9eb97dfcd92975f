/** The JSON Schema of `policies:` and `exceptions:`, for editors. */
import { z } from "zod";
import { checks } from "../audit/checks";
import { parametersOf } from "../audit/checks/shared/parameters";
import { policyLevels, policyStates, type stackPolicyKeys } from "./policies";
import type { exceptionKeys } from "./policyException";
import { closeSchema, globs, nothing, oneOrMore, type SchemaNode, text } from "./schemaNode";
import type { Structure } from "./structure";

const level: SchemaNode = {
  description: "mandatory: what breaks it stops an apply before the first change. advisory: it is a warning.",
  enum: [...policyLevels],
  default: "mandatory",
};

export function policiesSchema(structure: Structure): SchemaNode {
  return {
    description: "Rules that the desired and the live state are held to: see docs/how-to/policies.md.",
    anyOf: [
      {
        type: "object",
        // The name of a check is a policy by itself.
        properties: Object.fromEntries(
          checks.map(({ id, title }) => [id, { description: `${title}.`, ...policySchema(structure, id) }]),
        ),
        additionalProperties: policySchema(structure),
      },
      nothing,
    ],
  };
}

/** @param check The check of this name, which needs neither `check` nor anything else of an own rule. */
function policySchema(structure: Structure, check?: string): SchemaNode {
  return {
    anyOf: [{ enum: [...policyLevels] }, closeSchema(policyProperties(structure, check))],
  };
}

function policyProperties(
  structure: Structure,
  check: string | undefined,
): Record<(typeof stackPolicyKeys)[number], SchemaNode> {
  const kind: SchemaNode = { enum: structure.kinds.map((one) => structure.defaultsName(one)) };
  return {
    check: {
      description: "A check of the audit by its id. Default: the policy's own name.",
      enum: checks.map(({ id }) => id),
    },
    parameters: parameterSchema(check),
    expression: {
      description:
        "A condition in CEL that each resource must fulfil, over resource, fields, name, resourceType, repository, project and workspace.",
      ...text,
    },
    file: {
      description: "A JavaScript or TypeScript module with the condition, relative to this file.",
      ...text,
    },
    resources: {
      description: "The resource types that an expression or a file is about.",
      ...oneOrMore(kind),
    },
    repositories: {
      description: 'Only these repositories, by key or slug: globs. "!" before one excludes.',
      ...globs,
    },
    projects: { description: 'Only these projects, by key: globs. "!" before one excludes.', ...globs },
    level,
    states: {
      description:
        "The state that it is held against. Default: desired, what the YAML declares, and live, what is in Bitbucket.",
      ...oneOrMore({ enum: [...policyStates] }),
    },
    message: { description: "Shown beside each violation: what to do instead.", ...text },
  };
}

function parameterSchema(check: string | undefined): SchemaNode {
  const description = "The parameters of the check: see docs/how-to/policies.md.";
  if (check === undefined) return { description, type: "object" };
  const known = parametersOf(check);
  if (!known) return { description: "The check has no parameters.", type: "null" };
  const { $schema: _, ...schema } = z.toJSONSchema(known.schema, { io: "input" }) as SchemaNode;
  return { description, ...schema };
}

export function exceptionsSchema(): SchemaNode {
  const properties: Record<(typeof exceptionKeys)[number], SchemaNode> = {
    policy: { description: "The name of the policy.", ...text },
    project: { description: "The key of a project, for it and all that is in it.", ...text },
    repository: { description: "The key or slug of a repository, for it and all that is in it.", ...text },
    resource: { description: "One resource: its name in the stack, or what a report calls it.", ...text },
    who: { description: "Who has allowed it.", ...text },
    why: { description: "Why it is allowed.", ...text },
    until: {
      description: "The last day, in UTC. After it, the exception is an error.",
      type: "string",
      pattern: "^\\d{4}-\\d{2}-\\d{2}$",
    },
  };
  return {
    description: "Places that may break a policy until a day: see docs/how-to/policies.md.",
    anyOf: [
      {
        type: "array",
        items: {
          ...closeSchema(properties),
          required: ["policy", "who", "why", "until"],
          // With the place that it is for.
          minProperties: 5,
        },
      },
      nothing,
    ],
  };
}
