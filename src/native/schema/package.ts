/**
 * Builds the schema of the native provider's package from the kinds, the look-ups and the provider's
 * arguments.
 */

import type { z } from "zod";
import { withArticle } from "../../errors/words";
import { kinds } from "../../kinds";
import { defaultsOf, fieldMeta, type Kind, metaOf, type ParentName } from "../../kinds/kind";
import { levelField, levelsOf } from "../../model/level";
import { locationFields } from "../../model/location";
import { configNames, providerConfig } from "../../model/providerConfig";
import { nativePackage, nativeToken, toTypeToken } from "../../model/typeToken";
import { compiledFunctionSpecs, removalSpec } from "../compiled";
import { variables } from "../config";
import { importForms } from "../importId";
import { type LookUp, lookUps, lookUpToken, outputsOfLookUp } from "../lookups";
import { exampleOf } from "./example";
import { languages } from "./languages";
import { dotnetNamespace, goModule, goPackage, npmPackage, pythonPackage, repository } from "./names";
import type { FunctionSpec, ObjectSpec, PackageSpec, PropertySpec, ResourceSpec } from "./spec";
import { jsonSchemaOf, pascal, Types } from "./types";

type PropertySpecs = Record<string, PropertySpec>;

/** @param version The package's version. */
export function packageSchema(version: string): PackageSpec {
  const types = new Types();
  const specs = kinds.map((kind): [Kind, ResourceSpec] => [kind, resourceOf(kind, types)]);
  const resources = Object.fromEntries(specs.map(([kind, spec]) => [nativeToken(kind), spec]));
  const typed = { resources, types: types.specs };
  return {
    name: nativePackage,
    displayName: "Bitbucket Cloud",
    version,
    description:
      "Manage Bitbucket Cloud workspaces: projects, repositories, permissions, branch restrictions, webhooks, Pipelines.",
    keywords: ["pulumi", "bitbucket", "bitbucket-cloud", "category/versioncontrol", "kind/native"],
    license: "Apache-2.0",
    publisher: "bitbucket-as-code",
    homepage: `https://github.com/${repository}`,
    repository: `https://github.com/${repository}`,
    pluginDownloadURL: `github://api.github.com/${repository}`,
    config: { variables: configOf(types, true) },
    provider: {
      description: "A provider: a workspace, and the credential to manage it.",
      properties: {},
      inputProperties: configOf(types, false),
    },
    resources: {
      ...Object.fromEntries(
        specs.map(([kind, spec]) => {
          const example = exampleOf(kind);
          const blocks = languages.map((one) => fenceCode(one.name, one.write(example, typed)));
          return [nativeToken(kind), { ...spec, description: describe(kind, blocks) }];
        }),
      ),
      ...removalSpec,
    },
    functions: {
      ...Object.fromEntries(lookUps.map((one) => [lookUpToken(one), functionOf(one, types)])),
      ...compiledFunctionSpecs,
    },
    types: types.specs,
    language: {
      nodejs: {
        packageName: npmPackage,
        respectSchemaVersion: true,
        dependencies: { "@pulumi/pulumi": "^3.142.0" },
      },
      python: {
        packageName: pythonPackage,
        respectSchemaVersion: true,
        pyproject: { enabled: true },
        inputTypes: "classes-and-dicts",
      },
      go: {
        importBasePath: goModule,
        rootPackageName: goPackage,
        respectSchemaVersion: true,
        generateResourceContainerTypes: true,
      },
      csharp: {
        rootNamespace: "Pulumi",
        namespaces: { [nativePackage]: dotnetNamespace },
        respectSchemaVersion: true,
        packageReferences: { Pulumi: "3.*" },
      },
    },
  };
}

function describe(kind: Kind, blocks: readonly string[]): string {
  const forms = importForms(kind).map(
    ({ what, id }) =>
      `${what}:\n\n${fenceCode("sh", `$ pulumi import ${nativeToken(kind)} example '${id}'`)}`,
  );
  return [
    kind.summary,
    "{{% examples %}}\n## Example Usage\n\n{{% example %}}",
    ...blocks,
    "{{% /example %}}\n{{% /examples %}}",
    "## Import",
    ...forms,
  ].join("\n\n");
}

function fenceCode(language: string, text: string): string {
  return `\`\`\`${language}\n${text}\n\`\`\``;
}

const places: Readonly<Record<ParentName, string>> = {
  workspace: "The workspace's slug or UUID. Default: the provider's.",
  project: "The project's key or UUID.",
  repository: "The repository's UUID or slug. The UUID survives renames.",
  environment: "The deployment environment's UUID.",
  account: "",
};

function resourceOf(kind: Kind, types: Types): ResourceSpec {
  const inputs: PropertySpecs = placesOf(kind);
  const properties: PropertySpecs = placesOf(kind);
  const required: string[] = [];
  const requiredInputs = kind.parents.length === 1 && kind.parents[0] !== "workspace" ? placeNames(kind) : [];
  const levels = levelsOf(kind);
  if (levels.length > 0) {
    const level: PropertySpec = {
      ...types.enumeration(`${kind.name}Level`, levels),
      description:
        `Its owner. Required if it is not ${withArticle(levels[0] ?? "")}'s, so that an undefined reference ` +
        "never creates it for a wider owner.",
    };
    inputs[levelField] = level;
  }
  for (const [field, schema] of Object.entries(kind.args.shape) as [string, z.ZodType][]) {
    const meta = fieldMeta(kind, field);
    const type = types.of(schema, typeName(kind, field), "input");
    const value = defaultsOf(kind)[field];
    const isRequired = !schema.safeParse(undefined).success;
    const input: PropertySpec = {
      ...type,
      description: descriptionOf(kind, field),
      ...(["string", "boolean", "number"].includes(typeof value) && type.type ? { default: value } : {}),
      ...(meta.secret && !kind.secretFields ? { secret: true } : {}),
      ...(meta.immutable ? { willReplaceOnChanges: true } : {}),
    };
    inputs[field] = input;
    if (isRequired) requiredInputs.push(field);
    if (meta.createOnly) continue;
    const { default: _, willReplaceOnChanges: __, ...output } = input;
    properties[field] = output;
    if ((isRequired || value !== undefined) && !meta.writeOnly && !meta.secret) required.push(field);
  }
  for (const [name, schema] of Object.entries(kind.outputs.shape) as [string, z.ZodType][]) {
    const { description, secret } = metaOf(schema);
    const known = properties[name];
    properties[name] = {
      ...types.of(schema, typeName(kind, name), "output"),
      description: known?.description ?? description ?? "",
      ...(secret ? { secret: true } : {}),
    };
    if (kind.derived?.[name] && !required.includes(name)) required.push(name);
  }
  return {
    properties,
    required: required.sort(),
    inputProperties: inputs,
    requiredInputs: requiredInputs.sort(),
    ...(isListed(kind) ? { listInputs: { properties: placesOf(kind) } } : {}),
    aliases: [{ type: toTypeToken(kind) }],
  };
}

/** Kinds with one object per parent are not listed. */
function isListed(kind: Kind): boolean {
  return !("single" in kind.source);
}

function descriptionOf(kind: Kind, field: string): string {
  const { description = "" } = metaOf(kind.args.shape[field] as z.ZodType);
  return description;
}

function placeNames(kind: Kind): string[] {
  return locationFields(kind).filter((field) => field !== "workspace");
}

function placesOf(kind: Kind): PropertySpecs {
  return Object.fromEntries(
    locationFields(kind).map((field): [string, PropertySpec] => [
      field,
      {
        type: "string",
        description: places[field],
        ...(field === "workspace" ? {} : { willReplaceOnChanges: true }),
      },
    ]),
  );
}

/** The name of an enumeration or object type in a field. */
function typeName(kind: Kind, field: string): string {
  const name = pascal(field);
  return kind.name.endsWith(name) ? `${kind.name}Role` : kind.name + name;
}

/**
 * @param hasVariables Whether the SDKs may read missing values from the environment. For a provider in a
 * program they would add them to its inputs, and so write a token into the state: the provider reads the
 * environment itself.
 */
function configOf(types: Types, hasVariables: boolean): PropertySpecs {
  return Object.fromEntries(
    configNames.map((name): [string, PropertySpec] => {
      const schema = providerConfig.shape[name];
      const { description = "", secret } = metaOf(schema);
      return [
        name,
        {
          ...types.of(schema, `Provider${pascal(name)}`, "input"),
          description: [description, ...environmentText(name)].join(" "),
          ...(hasVariables && variables[name].length > 0
            ? { defaultInfo: { environment: variables[name] } }
            : {}),
          ...(secret ? { secret: true } : {}),
        },
      ];
    }),
  );
}

function environmentText(name: (typeof configNames)[number]): string[] {
  return variables[name].map((variable) => `Environment: \`${variable}\`.`);
}

function functionOf(lookUp: LookUp, types: Types): FunctionSpec {
  const name = pascal(lookUp.name);
  return {
    description: lookUp.summary,
    inputs: objectOf(lookUp.args, name, types, "input"),
    outputs: objectOf(outputsOfLookUp(lookUp), `${name}Result`, types, "output"),
  };
}

function objectOf(schema: z.ZodObject, name: string, types: Types, io: "input" | "output"): ObjectSpec {
  const { required = [] } = jsonSchemaOf(schema, io);
  return {
    type: "object",
    properties: Object.fromEntries(
      Object.entries(schema.shape).map(([field, held]): [string, PropertySpec] => [
        field,
        {
          ...types.of(held as z.ZodType, name.replace(/Result$/, "") + pascal(field), io),
          description: metaOf(held as z.ZodType).description ?? "",
        },
      ]),
    ),
    required: [...required],
  };
}
