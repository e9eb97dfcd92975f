/** A resource as the engine keeps it in a stack's state, for objects that the engine has not made itself. */
import { z } from "zod";
import { type Found, type Kind, metaOf, secretFieldsOf, type Values } from "../../kinds/kind";
import { providerKey, providerText } from "../../model/providerText";
import { secretMark } from "../../model/secrets";
import { nameInType, typeInUrn, typeToken } from "../../model/typeToken";
import { complete, inputsOf, outputsOf, type Seen, withoutDefaults } from "../../model/values";

/**
 * A resource in `pulumi stack export`. What is not named here is kept as it is.
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/core.go (ResourceV3)
 */
export const entrySchema = z.looseObject({
  urn: z.string(),
  type: z.string(),
  custom: z.boolean(),
  id: z.string().optional(),
  inputs: z.record(z.string(), z.unknown()).optional(),
  outputs: z.record(z.string(), z.unknown()).optional(),
  parent: z.string().optional(),
  dependencies: z.array(z.string()).nullish(),
  provider: z.string().optional(),
  protect: z.boolean().optional(),
  /** The URN of what takes it along when it is deleted itself: states of earlier versions have it. */
  deletedWith: z.string().optional(),
  /** It is to be deleted: what replaces it is there already. */
  delete: z.boolean().optional(),
});
export type Entry = z.output<typeof entrySchema>;

/** An object on the server as a resource's id, inputs and outputs. */
export interface Recorded {
  readonly id: string;
  readonly inputs: Values;
  readonly outputs: Values;
}

/**
 * What the state keeps of an object that is there. Values that the API does not show are left out, for nobody knows
 * whether they are what is wanted: the next apply writes them.
 *
 * @param values Where it lives and which fields are managed: checked args, with the location's fields. A managed
 *   field gets the live value, in the user's way of writing it where that means the same.
 */
export function recorded(
  kind: Kind,
  values: Values,
  found: Found,
  seen: Omit<Seen, "recreated"> = {},
): Recorded {
  const outputs = outputsOf(kind, complete(kind, values), found, { ...seen, recreated: true });
  return { id: found.id, outputs, inputs: inputsOf(kind, outputs) };
}

/** What a resource is called and how it hangs together with others. */
export interface Placed {
  readonly kind: Kind;
  /** The resource's name: `api:ci`. */
  readonly name: string;
  /** The URN of the resource that it belongs to; left out, it belongs to the stack. */
  readonly parent?: string | undefined;
  /** URNs of what has to be there first. */
  readonly dependencies?: readonly string[] | undefined;
  /** Fields that are kept from view, beside those of the kind that are secret. */
  readonly discreet?: readonly string[] | undefined;
}

/** @param stack The parts of the state that every resource refers to. */
export function stateEntry(
  placed: Placed,
  object: Recorded,
  stack: { readonly urn: string; readonly provider: string },
): Entry {
  const { kind, parent, dependencies = [], discreet = [] } = placed;
  const secret = [
    ...discreet,
    ...secretFieldsOf(kind, complete(kind, object.inputs)),
    ...Object.entries(kind.outputs.shape).flatMap(([name, schema]) =>
      metaOf(schema as z.ZodType).secret ? [name] : [],
    ),
  ];
  const kept = (values: Values) => ({
    [providerKey]: providerText(kind),
    ...Object.fromEntries(
      Object.entries(withoutDefaults(kind, values))
        .filter(([, value]) => value !== undefined)
        .map(([field, value]) => [
          field,
          // The engine encrypts the text when the state is imported.
          secret.includes(field) ? { ...secretMark, plaintext: JSON.stringify(value) } : value,
        ]),
    ),
  });
  const isProtected = kind.refuseDelete?.(complete(kind, object.outputs)) !== undefined;
  const secretOutputs = [...new Set(secret)].filter(
    (field) => field in object.outputs || field in object.inputs,
  );
  return {
    urn: urnBelow(stack.urn, placed),
    custom: true,
    id: object.id,
    type: typeToken(kind),
    inputs: kept(object.inputs),
    outputs: kept(object.outputs),
    parent: parent ?? stack.urn,
    provider: stack.provider,
    ...(dependencies.length > 0 ? { dependencies: [...dependencies] } : {}),
    ...(isProtected ? { protect: true } : {}),
    ...(secretOutputs.length > 0 ? { additionalSecretOutputs: secretOutputs } : {}),
  };
}

/**
 * The URN that the engine gives to a resource.
 *
 * @param stack The URN of the stack's own resource.
 */
export function urnBelow(
  stack: string,
  { kind, name, parent }: Pick<Placed, "kind" | "name" | "parent">,
): string {
  const prefix = stack.split("::").slice(0, 2).join("::");
  const above = parent === undefined || parent === stack ? "" : `${parent.split("::")[2]}$`;
  return `${prefix}::${above}${typeToken(kind)}::${name}`;
}

/** The kind's name and the resource's own in a URN: `Webhook api:ci`. Undefined for what is none of ours. */
export function keyInUrn(urn: string): string | undefined {
  const name = nameInType(typeInUrn(urn));
  return name === undefined ? undefined : `${name} ${urn.split("::").slice(3).join("::")}`;
}
