/** The JSON Schemas of what teams write, for editors. Which of it counts is up to the rules of the stack. */
import type { Kind } from "../../kinds/kind";
import { fieldSchema, secretReferenceSchema } from "../fieldSchema";
import type { SchemaNode } from "../schemaNode";
import { closeSchema } from "../schemaNode";
import { Structure } from "../structure";
import { whyNeverDelegated } from "./place";
import { delegatedSecretSources } from "./read";

/** Of a team's file beside the stack. */
export function createTeamSchema(): SchemaNode {
  const structure = new Structure();
  const { profiledKind } = structure;
  const { section = "", nameField } = profiledKind?.yaml ?? {};
  const repository = profiledKind ? objectSchema(structure, profiledKind) : {};
  return createSchema(
    "What a team sets in a Bitbucket Cloud workspace",
    closeSchema({
      [section]: {
        description: `What the team sets, by the ${nameField ?? "name"} of the repository in the stack.`,
        type: "object",
        additionalProperties: repository,
      },
    }),
  );
}

/** Of the file in each repository. */
export function createRepositoryFileSchema(): SchemaNode {
  const structure = new Structure();
  const { profiledKind } = structure;
  return createSchema(
    "What a repository sets of its own settings in Bitbucket Cloud",
    profiledKind ? objectSchema(structure, profiledKind) : {},
  );
}

function createSchema(title: string, schema: SchemaNode): SchemaNode {
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    ...schema,
    title,
    $defs: { secretReference: secretReferenceSchema(delegatedSecretSources) },
  };
}

function objectSchema(structure: Structure, kind: Kind): SchemaNode {
  const fields = Object.keys(kind.args.shape).filter((field) => whyNeverDelegated(kind, field) === undefined);
  const sections = structure.sectionsOf(kind).filter((child) => whyNeverDelegated(child) === undefined);
  return {
    description: kind.summary,
    ...closeSchema({
      ...Object.fromEntries(fields.map((field) => [field, fieldSchema(kind, field)])),
      ...Object.fromEntries(sections.map((child) => [child.yaml.section, sectionSchema(structure, child)])),
    }),
  };
}

function sectionSchema(structure: Structure, kind: Kind): SchemaNode {
  const { form, shorthand, nameField } = kind.yaml;
  const description = kind.summary;
  if (form === "list") return { description, type: "array", items: fieldSchema(kind, nameField ?? "") };
  const object = objectSchema(structure, kind);
  const entry = shorthand ? { anyOf: [object, fieldSchema(kind, shorthand)] } : object;
  return form === "single"
    ? { ...entry, description }
    : { description, type: "object", additionalProperties: entry };
}
