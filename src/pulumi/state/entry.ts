/** A resource as the engine keeps it in a stack's state, for objects that the engine has not made itself. */
import type { z } from "zod";
import { type Kind, type LiveObject, metaOf, type Properties, secretFieldsOf } from "../../kinds/kind";
import { providerKey, providerText } from "../../model/providerText";
import { secretMark } from "../../model/secrets";
import { toTypeToken } from "../../model/typeToken";
import { type LiveContext, toInputs, toOutputs, withDefaults, withoutDefaults } from "../../model/values";
import { childUrn } from "../urn";
import type { RawStateEntry } from "./schema";

/** An object on the server as a resource's id, inputs and outputs. */
export interface RecordedObject {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
}

/**
 * What the state keeps of an existing object. Values that the API does not show are omitted, since they may differ
 * from the desired ones: the next apply writes them.
 *
 * @param values Where it lives and which fields are managed: checked args, with the location's fields. A managed
 *   field gets the live value, in the user's way of writing it where that means the same.
 */
export function recordObject(
  kind: Kind,
  values: Properties,
  found: LiveObject,
  seen: Omit<LiveContext, "recreated"> = {},
): RecordedObject {
  const outputs = toOutputs(kind, withDefaults(kind, values), found, { ...seen, recreated: true });
  return { id: found.id, outputs, inputs: toInputs(kind, outputs) };
}

/** What a resource is called and how it hangs together with others. */
export interface NewStateEntry {
  readonly kind: Kind;
  /** The resource's name: `api:ci`. */
  readonly name: string;
  /** The URN of the resource that it belongs to; left out, it belongs to the stack. */
  readonly parent?: string | undefined;
  /** URNs of what has to be there first. */
  readonly dependencies?: readonly string[] | undefined;
  /** Fields that are kept from view, beside those of the kind that are secret. */
  readonly secretFields?: readonly string[] | undefined;
}

/** @param stack The parts of the state that every resource refers to. */
export function toStateEntry(
  placed: NewStateEntry,
  object: RecordedObject,
  stack: { readonly urn: string; readonly provider: string },
): RawStateEntry {
  const { kind, parent, dependencies = [], secretFields = [] } = placed;
  const secret = [
    ...secretFields,
    ...secretFieldsOf(kind, withDefaults(kind, object.inputs)),
    ...Object.entries(kind.outputs.shape).flatMap(([name, schema]) =>
      metaOf(schema as z.ZodType).secret ? [name] : [],
    ),
  ];
  const kept = (values: Properties) => ({
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
  const isProtected = kind.refuseDelete?.(withDefaults(kind, object.outputs)) !== undefined;
  const secretOutputs = [...new Set(secret)].filter(
    (field) => field in object.outputs || field in object.inputs,
  );
  return {
    urn: childUrn(stack.urn, { type: toTypeToken(kind), name: placed.name, parent }),
    custom: true,
    id: object.id,
    type: toTypeToken(kind),
    inputs: kept(object.inputs),
    outputs: kept(object.outputs),
    parent: parent ?? stack.urn,
    provider: stack.provider,
    ...(dependencies.length > 0 ? { dependencies: [...dependencies] } : {}),
    ...(isProtected ? { protect: true } : {}),
    ...(secretOutputs.length > 0 ? { additionalSecretOutputs: secretOutputs } : {}),
  };
}
