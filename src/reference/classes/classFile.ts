/** Renders the TypeScript class of a kind, with plain interfaces for its arguments. */
import type { z } from "zod";
import { uncapitalise, withArticle } from "../../errors/words";
import { fieldMeta, type Kind, metaOf, type ParentName } from "../../kinds/kind";
import { levelField, levelsOf } from "../../model/level";
import { locationFields } from "../../model/location";
import { typeScriptExample } from "../../model/sample";
import { defaultOf, isRequired } from "../fieldType";
import { constraintsOf } from "./constraints";
import { indent, jsDoc } from "./text";
import { NamedTypes } from "./types";

interface ClassFile {
  readonly path: string;
  readonly text: string;
  /** The names that it exports besides the class. */
  readonly types: readonly string[];
}

/** The folder of the classes, from the package's root. */
export const classFolder = "src/sdk/resources";

/** The first line of every generated file. */
const generatedMark = "// Generated from the kinds by `npm run docs`. Do not edit.";

export function classFile(kind: Kind): ClassFile {
  const { name } = kind;
  const named = new NamedTypes(name);
  const args = interfaceText(`${name}Args`, `The arguments of {@link ${name}}.`, [
    ...locationFields(kind).flatMap((field) => locationProperty(kind, field)),
    ...levelProperty(kind),
    ...Object.keys(kind.args.shape).flatMap((field) => argument(kind, field, named)),
  ]);
  const state = interfaceText(`${name}State`, `Where {@link ${name}.get} finds ${withArticle(kind.title)}.`, [
    ...locationFields(kind).flatMap((field) => locationProperty(kind, field, false)),
    ...lookupFields(kind).flatMap((field) => argument(kind, field, named, false)),
  ]);
  const body = classText(kind, named);
  const text = [
    `${generatedMark}\nimport type * as pulumi from "@pulumi/pulumi";\nimport { BitbucketResource } from "../resource";`,
    args,
    state,
    ...named.declarations,
    body,
  ].join("\n\n");
  return {
    path: `${classFolder}/${fileName(kind)}.ts`,
    text: `${text}\n`,
    types: [`${name}Args`, `${name}State`, ...named.names],
  };
}

/** The list of all classes and of the types that go with them. */
export function classIndex(kinds: readonly Kind[]): string {
  const sorted = [...kinds].sort((a, b) => (fileName(a) < fileName(b) ? -1 : 1));
  const lines = sorted.flatMap((kind) => {
    const from = `from "./${fileName(kind)}";`;
    return [`export { ${kind.name} } ${from}`, `export type { ${classFile(kind).types.join(", ")} } ${from}`];
  });
  return `${[generatedMark, ...lines].join("\n")}\n`;
}

function fileName({ name }: Kind): string {
  return uncapitalise(name);
}

/** Fields that are required, besides the location, to find an object whose id is not known. */
function lookupFields({ naturalKey }: Kind): readonly string[] {
  return naturalKey.length > 1 ? naturalKey : [];
}

function interfaceText(name: string, summary: string, properties: readonly string[]): string {
  return [...jsDoc(summary), `export interface ${name} {`, indent(properties), "}"].join("\n");
}

const places: Readonly<Record<ParentName, string>> = {
  workspace:
    "The workspace's slug or UUID. Default: `bitbucket:workspace` of the stack's configuration, or the environment variable `BITBUCKET_WORKSPACE`.",
  project: "The project's key or UUID. A UUID survives a change of the key: pass `project.uuid`.",
  repository: "The repository's UUID or slug. A UUID survives renames: pass `repository.uuid`.",
  environment: "The UUID of the deployment environment: `environment.uuid`.",
  account: "",
};

function locationProperty(kind: Kind, field: ParentName, isManaged = true): string[] {
  const [only, ...others] = kind.parents;
  const isNeeded =
    field !== "workspace" &&
    others.length === 0 &&
    (only === field || (only === "environment" && field === "repository"));
  const alternatives = kind.parents.filter((parent) => parent !== field && parent !== "environment");
  const choice =
    isNeeded || field === "workspace" || !kind.parents.includes(field) || alternatives.length === 0
      ? undefined
      : `Omit it for ${withArticle(kind.title)} of ${alternatives.map((parent) => (parent === "workspace" ? "the workspace" : `a ${parent}`)).join(" or ")}.`;
  const change = field === "workspace" || !isManaged ? undefined : `A change replaces the ${kind.title}.`;
  return [
    ...jsDoc(places[field], [choice, change].filter(Boolean).join(" ")),
    isNeeded ? `${field}: pulumi.Input<string>;` : `${field}?: pulumi.Input<string | undefined>;`,
  ];
}

/**
 * The property that names an object's level, for kinds that can belong to the workspace as well as to a part
 * of it.
 */
function levelProperty(kind: Kind): string[] {
  const levels = levelsOf(kind);
  if (levels.length === 0) return [];
  return [
    ...jsDoc(
      `What the ${kind.title} belongs to. Set it if ${levels
        .filter((level) => level !== "workspace")
        .map((level) => `\`${level}\``)
        .join(" or ")} can be undefined on purpose: without it, that is an error.`,
    ),
    `${levelField}?: ${levels.map((level) => JSON.stringify(level)).join(" | ")} | undefined;`,
  ];
}

/** @param isManaged Whether the resource is managed, or only found by this argument. */
function argument(kind: Kind, field: string, named: NamedTypes, isManaged = true): string[] {
  const schema = kind.args.shape[field] as z.ZodType;
  const type = named.typeOf(schema, field, "input");
  return [
    ...propertyDoc(kind, field, isManaged),
    isRequired(schema) ? `${field}: pulumi.Input<${type}>;` : `${field}?: pulumi.Input<${type} | undefined>;`,
  ];
}

/** A field's description, its default, its constraints, and the effect of a change; each said once. */
function propertyDoc(kind: Kind, field: string, isManaged = true): string[] {
  const schema = kind.args.shape[field] as z.ZodType;
  const meta = fieldMeta(kind, field);
  const { description = "" } = metaOf(schema);
  const held = defaultOf(schema);
  const secret = kind.secretFields
    ? "Secret if `secured` is true: then it is encrypted in the state."
    : "Secret: it is encrypted in the state.";
  return jsDoc(
    description,
    held === undefined ? undefined : `Default: \`${JSON.stringify(held)}\`.`,
    constraintsOf(schema).join(" "),
    [
      meta.serverChosen && isManaged
        ? "If it is omitted, Bitbucket decides, and it is not managed."
        : undefined,
      meta.immutable && isManaged ? `A change replaces the ${kind.title}.` : undefined,
      meta.secret ? secret : undefined,
      meta.writeOnly && !description.includes("never returns it") ? "The API never returns it." : undefined,
      meta.createOnly ? "It takes effect on the next write, and is not kept in the state." : undefined,
    ]
      .filter(Boolean)
      .join(" "),
  );
}

function classText(kind: Kind, named: NamedTypes): string {
  const { name, title } = kind;
  const members = [
    ...Object.keys(kind.outputs.shape).flatMap((field) => output(kind, field, named)),
    ...Object.keys(kind.args.shape)
      .filter((field) => !(field in kind.outputs.shape))
      .flatMap((field) => property(kind, field, named)),
    ...locationFields(kind).flatMap((field) => [
      ...jsDoc(places[field]),
      `declare readonly ${field}: pulumi.Output<string${isAlwaysThere(kind, field) ? "" : " | undefined"}>;`,
    ]),
  ];
  return [
    ...jsDoc(
      kind.summary,
      `@example\n\`\`\`typescript\n${typeScriptExample(kind)}\n\`\`\``,
      `@see ${kind.documentation}`,
    ),
    `export class ${name} extends BitbucketResource {`,
    indent(members),
    "",
    indent([
      ...jsDoc(
        `Declares ${withArticle(title)}, which \`pulumi up\` creates and keeps as declared.`,
        [
          "@param name The resource's name in the stack.",
          "@param args The properties.",
          "@param opts Pulumi's options.",
        ].join("\n"),
      ),
      `constructor(name: string, args: ${name}Args, opts?: pulumi.CustomResourceOptions) {`,
      `  super("${name}", name, args, opts);`,
      "}",
      "",
      ...jsDoc(
        `Looks up ${withArticle(title)} that this stack does not manage.`,
        [
          "@param name The resource's name in the stack.",
          `@param id ${idText(kind)}`,
          `@param state Where it is.`,
          "@param opts Pulumi's options.",
        ].join("\n"),
      ),
      `static get(name: string, id: pulumi.Input<pulumi.ID>, state?: ${name}State, opts?: pulumi.CustomResourceOptions): ${name} {`,
      `  return new ${name}(name, (state ?? {}) as ${name}Args, { ...opts, id });`,
      "}",
      "",
      ...jsDoc("Whether an object is a resource of this class, even of another copy of this package."),
      `static override isInstance(object: unknown): object is ${name} {`,
      `  return BitbucketResource.isKind(object, "${name}");`,
      "}",
    ]),
    "}",
  ].join("\n");
}

function isAlwaysThere({ parents }: Kind, field: ParentName): boolean {
  if (field === "workspace") return true;
  return parents.every((parent) => parent === field || (parent === "environment" && field === "repository"));
}

function idText(kind: Kind): string {
  if (lookupFields(kind).length > 0)
    return `Its id. With ${lookupFields(kind)
      .map((field) => `\`${field}\``)
      .join(", ")} in \`state\` it is found by these, and any text will do.`;
  const [key] = kind.naturalKey;
  if (key === undefined) return `Any text: there is one ${kind.title} for each parent.`;
  const hasUuid = "uuid" in kind.outputs.shape;
  return `Its ${hasUuid ? "UUID" : "id"}, or its \`${key}\`.`;
}

function output(kind: Kind, field: string, named: NamedTypes): string[] {
  const schema = kind.outputs.shape[field] as z.ZodType;
  const meta = metaOf(schema);
  const type = named.typeOf(schema, field, "output");
  return [
    ...jsDoc(meta.description, meta.secret ? "Secret: it is encrypted in the state." : undefined),
    `declare readonly ${field}: pulumi.Output<${isRequired(schema) ? type : `${type} | undefined`}>;`,
  ];
}

function property(kind: Kind, field: string, named: NamedTypes): string[] {
  const schema = kind.args.shape[field] as z.ZodType;
  const type = named.typeOf(schema, field, "output");
  const isThere = isRequired(schema) || defaultOf(schema) !== undefined;
  return [
    ...propertyDoc(kind, field),
    `declare readonly ${field}: pulumi.Output<${isThere ? type : `${type} | undefined`}>;`,
  ];
}
