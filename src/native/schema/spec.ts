/**
 * The part of a Pulumi package's schema that is used here.
 * https://www.pulumi.com/docs/iac/extending-pulumi/schema/
 */

export interface TypeSpec {
  readonly type?: "boolean" | "integer" | "number" | "string" | "array" | "object";
  readonly items?: TypeSpec;
  readonly additionalProperties?: TypeSpec;
  readonly $ref?: string;
}

export interface PropertySpec extends TypeSpec {
  readonly description?: string;
  readonly default?: unknown;
  readonly defaultInfo?: { readonly environment: readonly string[] };
  readonly secret?: boolean;
  readonly willReplaceOnChanges?: boolean;
}

export interface ObjectSpec {
  readonly description?: string;
  readonly type?: "object";
  readonly properties: Readonly<Record<string, PropertySpec>>;
  readonly required?: readonly string[];
}

export interface EnumSpec {
  readonly description?: string;
  readonly type: "string";
  readonly enum: readonly { readonly name: string; readonly value: string }[];
}

export interface ResourceSpec extends ObjectSpec {
  /** No code is generated from it. */
  readonly isOverlay?: boolean;
  readonly inputProperties: Readonly<Record<string, PropertySpec>>;
  readonly requiredInputs?: readonly string[];
  readonly listInputs?: ObjectSpec;
  readonly aliases?: readonly { readonly type: string }[];
}

export interface FunctionSpec {
  readonly description?: string;
  /** No code is generated from it. */
  readonly isOverlay?: boolean;
  readonly inputs?: ObjectSpec;
  readonly outputs?: ObjectSpec;
}

export interface PackageSpec {
  readonly name: string;
  readonly displayName: string;
  readonly version: string;
  readonly description: string;
  readonly keywords: readonly string[];
  readonly license: string;
  readonly publisher: string;
  readonly homepage: string;
  readonly repository: string;
  /** Where the engine finds the archives of a release. https://www.pulumi.com/docs/iac/using-pulumi/pulumi-packages/schema/#package */
  readonly pluginDownloadURL: string;
  readonly config: { readonly variables: Readonly<Record<string, PropertySpec>> };
  readonly provider: ResourceSpec;
  readonly types: Readonly<Record<string, ObjectSpec | EnumSpec>>;
  readonly resources: Readonly<Record<string, ResourceSpec>>;
  readonly functions: Readonly<Record<string, FunctionSpec>>;
  readonly language: Readonly<Record<string, unknown>>;
}
