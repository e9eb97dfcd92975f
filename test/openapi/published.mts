/**
 * Holds the description to the types of a package that others made from the API's own document. It is compiled, not
 * run: `tsc` fails where a path, method, status or field is not in theirs, or is of another type there, and is not
 * named with its reason in the `differences` of its family. It fails as well where a name there is no longer needed.
 */
import type { components, paths as Published } from "@coderabbitai/bitbucket/cloud/openapi";
import type { differences, paths, schemas } from "./index.js";

type Ours = typeof paths;
type Schemas = typeof schemas;
type Text = string | number;

/** The names that a type spells out, without an index signature. */
type Names<Some> = keyof { [Name in keyof Some as string extends Name ? never : Name]: 1 } & string;

/** What a schema says of a value, one level deep. */
type ValueOf<Some> = Some extends { readonly enum: readonly (infer Choice)[] }
  ? Choice
  : Some extends { readonly type: "string" }
    ? string
    : Some extends { readonly type: "boolean" }
      ? boolean
      : Some extends { readonly type: "integer" | "number" }
        ? number
        : Some extends { readonly type: "array" }
          ? readonly unknown[]
          : Some extends { readonly type: "object" } | { readonly $ref: string }
            ? object
            : Some extends { readonly anyOf: readonly (infer One)[] }
              ? One extends { readonly type: "null" }
                ? never
                : ValueOf<One>
              : unknown;

/** Whether one can be used in place of the other: an enumeration of ours may be shorter or longer than theirs. */
type Fits<Our, Their> = unknown extends Our
  ? true
  : [Our & NonNullable<Their>] extends [never]
    ? false
    : [NonNullable<Their>] extends [readonly unknown[]]
      ? [Our] extends [readonly unknown[]]
        ? true
        : false
      : true;

/** What their schemas inherit: in their types the names of it are lost behind an index signature. */
interface Inherited {
  readonly commit: components["schemas"]["base_commit"];
  readonly user: components["schemas"]["account"];
  readonly team: components["schemas"]["account"];
  readonly pullrequest_comment: components["schemas"]["comment"];
  readonly commit_comment: components["schemas"]["comment"];
  readonly ssh_account_key: components["schemas"]["ssh_key"];
}

type Spelled<Some> = { [Name in Exclude<Names<Some>, "type"> as Name]: Some[Name & keyof Some] };

type WithInherited<Label extends string, Their> = Label extends keyof Inherited
  ? Their & Spelled<Inherited[Label]>
  : Their;

/** The fields that theirs lacks, or has otherwise. */
type FieldDifferences<Label extends string, Fields, Their> = DifferencesWith<
  Label,
  Fields,
  WithInherited<Label, Their>
>;

type DifferencesWith<Label extends string, Fields, Their> = {
  [Name in keyof Fields & string]: Name extends Names<Their>
    ? // The value of `type` is not in the document: in their types it is the name of a schema.
      Name extends "type"
      ? never
      : Fits<ValueOf<Fields[Name]>, Their[Name & keyof Their]> extends true
        ? never
        : `${Label}.${Name} is of another type`
    : `${Label}.${Name}`;
}[keyof Fields & string];

/** A schema, by the name of the component where it is one. */
type Resolved<Some> = Some extends { readonly $ref: `#/components/schemas/${infer Name}` }
  ? Name extends keyof Schemas
    ? { label: Name; fields: FieldsOf<Schemas[Name]> }
    : never
  : Some extends { readonly properties: { readonly values: { readonly items: infer Item } } }
    ? Resolved<Item> & { paged: true }
    : never;

type FieldsOf<Some> = Some extends { readonly properties: infer Fields } ? Fields : never;

type Body<Response> = Response extends { readonly content: { readonly "application/json": infer Some } }
  ? Some
  : never;

/** The answer of an operation, held to theirs; where theirs has no body, there is nothing to hold it to. */
type AnswerDifferences<Our, Their> =
  Resolved<Our> extends infer One
    ? One extends { label: infer Label extends string; fields: infer Fields }
      ? [Their] extends [never]
        ? never
        : One extends { paged: true }
          ? Their extends { readonly values?: readonly (infer Item)[] }
            ? FieldDifferences<Label, Fields, Item>
            : `${Label} in pages`
          : FieldDifferences<Label, Fields, Their>
      : never
    : never;

type Success = 200 | 201 | 202 | 204 | 302;

type StatusDifferences<Label extends string, Our, Their> = Their extends {
  readonly responses: infer Responses;
}
  ? {
      [Status in keyof Our & Success]: Status extends keyof Responses
        ? AnswerDifferences<Our[Status], Body<Responses[Status]>>
        : `${Label} answers ${Status}`;
    }[keyof Our & Success]
  : `${Label}`;

type MethodDifferences<Path extends Text, Our, Their> = {
  [Method in keyof Our & string]: StatusDifferences<
    `${Uppercase<Method>} ${Path}`,
    Our[Method],
    Method extends keyof Their ? NonNullable<Their[Method]> : undefined
  >;
}[keyof Our & string];

type PathDifferences = {
  [Path in keyof Ours & string]: Path extends keyof Published
    ? MethodDifferences<Path, Ours[Path], Published[Path]>
    : `${Path}`;
}[keyof Ours & string];

/** Components of ours that theirs has by the same name. */
type ComponentDifferences = {
  [Name in keyof Schemas & keyof components["schemas"] & string]: FieldDifferences<
    Name,
    FieldsOf<Schemas[Name]>,
    components["schemas"][Name]
  >;
}[keyof Schemas & keyof components["schemas"] & string];

type Difference = PathDifferences | ComponentDifferences;

declare const given: typeof differences;

/** Every difference has a reason. */
export const explained: Readonly<Record<Difference, string>> = given;

/** Every reason is of a difference. */
export const unneeded: Readonly<Record<Exclude<keyof typeof differences, Difference>, never>> = {};
