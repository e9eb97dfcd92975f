/** A small program around one resource, in each of Pulumi's languages: for the registry and for tests. */
import { capitalise, uncapitalise } from "../../errors/words";
import { deploymentEnvironment, repository } from "../../kinds";
import { fieldMeta, type Kind, type ParentName } from "../../kinds/kind";
import { levelField, neededLevel } from "../../model/level";
import { isSecret, sampleArgs } from "../../model/sample";

/** A value in a program. */
export type Expression =
  | { readonly literal: unknown }
  /** An output of a resource that is declared before. */
  | { readonly output: string; readonly of: string }
  /** A secret of the stack's configuration. */
  | { readonly secret: string };

/** A resource in a program. */
export interface Declared {
  readonly kind: Kind;
  /** Its variable, and its name in the stack. */
  readonly name: string;
  readonly args: Readonly<Record<string, Expression>>;
}

/** A program, as data. */
export type Program = readonly Declared[];

/** The example of a kind, with its parents. */
export function exampleOf(kind: Kind): Program {
  const [parent = "workspace"] = kind.parents;
  const owners = ownersOf(parent);
  const places = placesOf(parent);
  const args = Object.fromEntries(
    Object.entries(sampleArgs(kind)).map(([field, value]): [string, Expression] => [
      field,
      isSecret(value) ? { secret: secretName(kind, field) } : { literal: value },
    ]),
  );
  const implied = Object.keys(args).filter((field) => args[field] && "secret" in args[field]);
  const more = Object.assign(
    {},
    ...implied.map((field) => fieldMeta(kind, field).impliedBySecret ?? {}),
  ) as object;
  const level = neededLevel(kind, { ...places });
  return [
    ...owners,
    {
      kind,
      name: "example",
      args: {
        ...places,
        ...(level === undefined ? {} : { [levelField]: { literal: level } }),
        ...args,
        ...Object.fromEntries(
          Object.entries(more)
            .filter(([field]) => !(field in args))
            .map(([field, value]) => [field, { literal: value as unknown }]),
        ),
      },
    },
  ];
}

function secretName(kind: Kind, field: string): string {
  return uncapitalise(kind.name) + capitalise(field);
}

const api: Declared = {
  kind: repository,
  name: "api",
  args: { name: { literal: "api" }, project: { literal: "PLAT" } },
};

const production: Declared = {
  kind: deploymentEnvironment,
  name: "production",
  args: {
    repository: { output: "uuid", of: "api" },
    name: { literal: "Production" },
    type: { literal: "Production" },
  },
};

function ownersOf(parent: ParentName): Program {
  if (parent === "environment") return [api, production];
  return parent === "repository" ? [api] : [];
}

function placesOf(parent: ParentName): Readonly<Record<string, Expression>> {
  const inRepository: Record<string, Expression> = { repository: { output: "uuid", of: "api" } };
  if (parent === "environment") return { ...inRepository, environment: { output: "uuid", of: "production" } };
  if (parent === "repository") return inRepository;
  return parent === "project" ? { project: { literal: "PLAT" } } : {};
}
