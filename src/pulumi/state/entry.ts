/** A resource in the engine's state format, for objects that the engine has not created itself. */
import type { z } from "zod";
import { type Kind, type LiveObject, metaOf, type Properties, secretFieldsOf } from "../../kinds/kind";
import { providerKey, providerText } from "../../model/providerText";
import { secretMark } from "../../model/secrets";
import { type FrontEnd, tokenOf } from "../../model/typeToken";
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
 * The state entry of an existing object. Values that the API does not show are omitted, since they may differ
 * from the desired ones: the next apply writes them.
 *
 * @param values The location and the managed fields: checked args, with the location's fields. A managed
 * field gets the live value, spelled as the user does if that is equivalent.
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

/** A resource's name and its relations to others. */
export interface NewStateEntry {
  readonly kind: Kind;
  /** The resource's name: `api:ci`. */
  readonly name: string;
  /** The URN of its parent. Default: the stack. */
  readonly parent?: string | undefined;
  /** URNs of the resources that must exist first. */
  readonly dependencies?: readonly string[] | undefined;
  /** Fields to treat as secret, besides the kind's own. */
  readonly secretFields?: readonly string[] | undefined;
}

/** @param stack The parts of the state that every resource refers to. */
export function toStateEntry(
  placed: NewStateEntry,
  object: RecordedObject,
  stack: { readonly urn: string; readonly frontEnd: FrontEnd; readonly provider: string },
): RawStateEntry {
  const { kind, parent, dependencies = [], secretFields = [] } = placed;
  const secret = [
    ...secretFields,
    ...secretFieldsOf(kind, withDefaults(kind, object.inputs)),
    ...Object.entries(kind.outputs.shape).flatMap(([name, schema]) =>
      metaOf(schema as z.ZodType).secret ? [name] : [],
    ),
  ];
  const kept = (values: Properties, provider: unknown) => ({
    [providerKey]: provider,
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
  const type = tokenOf(kind, stack.frontEnd);
  const secretOutputs = [...new Set(secret)].filter(
    (field) => field in object.outputs || field in object.inputs,
  );
  return {
    urn: childUrn(stack.urn, { type, name: placed.name, parent }),
    custom: true,
    id: object.id,
    type,
    // As the native provider keeps them of a program that both front ends can run.
    inputs: kept(object.inputs, stack.frontEnd === "native" ? true : providerText(kind)),
    outputs: kept(object.outputs, providerText(kind)),
    parent: parent ?? stack.urn,
    provider: stack.provider,
    ...(dependencies.length > 0 ? { dependencies: [...dependencies] } : {}),
    ...(isProtected ? { protect: true } : {}),
    ...(secretOutputs.length > 0 ? { additionalSecretOutputs: secretOutputs } : {}),
  };
}
