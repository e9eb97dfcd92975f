/** Changes the bodies of writes for a service that does not apply a part of them. */

import type { Fault } from "./faults";
import { contentOf, type StoredContent } from "./gitObjects";

interface Form {
  readonly form: readonly (readonly [name: string, value: StoredContent])[];
  readonly files: readonly { readonly field: string; readonly name: string; readonly content: Buffer }[];
}

/** The faults of this kind that affect a body. */
export function selectIgnoringFaults(faults: readonly Fault[]): readonly Fault[] {
  return faults.filter(({ kind, field }) => kind === "not-applied" && field !== undefined);
}

/** A JSON body with each fault's field at its old value, or without it. */
export function applyIgnoringFaults(body: unknown, faults: readonly Fault[]): unknown {
  let applied = body;
  for (const { field, value } of selectIgnoringFaults(faults))
    applied = put(applied, (field ?? "").split("."), value);
  return applied;
}

/** The same for a form, whose fields can be files. */
export function applyFormFaults<Given extends Form>(form: Given, faults: readonly Fault[]): Given {
  let applied = form;
  for (const { field, value } of selectIgnoringFaults(faults)) {
    const stays = value === undefined ? undefined : Buffer.from(String(value));
    applied = {
      ...applied,
      form: applied.form.flatMap(([name, held]) =>
        name !== field ? [[name, held] as const] : stays ? [[name, contentOf(stays)] as const] : [],
      ),
      files: applied.files.flatMap((file) =>
        file.field !== field ? [file] : stays ? [{ ...file, content: stays }] : [],
      ),
    };
  }
  return applied;
}

function put(body: unknown, path: readonly string[], value: unknown): unknown {
  if (typeof body !== "object" || body === null || Array.isArray(body)) return body;
  const [first = "", ...rest] = path;
  const { [first]: held, ...others } = body as Record<string, unknown>;
  if (rest.length > 0) return held === undefined ? body : { ...body, [first]: put(held, rest, value) };
  return value === undefined ? others : { ...body, [first]: value };
}
