/**
 * Converts values from and to the engine's format.
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go
 */
import type { Properties } from "../kinds/kind";
import { secretMark, signature } from "../model/secrets";
import { unknownValue } from "../model/unknown";

/** The placeholders of unknown values, by type. They are treated alike here. */
const unknowns = new Set([
  unknownValue,
  "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
  "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
  "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
  "030794c1-ac77-496b-92df-f27374a8bd58",
  "e48ece36-62e2-4504-bad9-02848725956a",
  "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
]);

const outputMark = "d0e6a833031e9bbcd3f4e8bde6ca49a4";
const secretSignature = secretMark[signature];

/** Properties of a resource, and which of them hold a secret. */
export interface PropertyBag {
  readonly values: Properties;
  readonly secrets: ReadonlySet<string>;
}

/** Decodes the engine's properties, without the secret marks. A null means unset. */
export function fromStruct(struct: Properties | undefined): PropertyBag {
  const secrets = new Set<string>();
  const values: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(struct ?? {})) {
    const found = toPlain(value, () => secrets.add(name));
    if (found !== undefined) values[name] = found;
  }
  return { values, secrets };
}

/**
 * Properties as the engine takes them.
 *
 * @param secrets Those that hold a secret.
 */
export function toStruct(values: Properties, secrets: Iterable<string> = []): Properties {
  const hidden = new Set(secrets);
  return Object.fromEntries(
    Object.entries(values)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => {
        const held = withoutUndefined(value);
        return [name, hidden.has(name) && held !== unknownValue ? { ...secretMark, value: held } : held];
      }),
  );
}

function toPlain(value: unknown, onSecret: () => void): unknown {
  if (value === null) return undefined;
  if (typeof value === "string") return unknowns.has(value) ? unknownValue : value;
  if (Array.isArray(value)) return value.map((item) => toPlain(item, onSecret));
  if (typeof value !== "object") return value;
  const object = value as Properties;
  switch (object[signature]) {
    case secretSignature:
      onSecret();
      return toPlain(object.value ?? null, onSecret);
    case outputMark:
      if (object.secret === true) onSecret();
      return "value" in object ? toPlain(object.value, onSecret) : unknownValue;
  }
  return Object.fromEntries(
    Object.entries(object).flatMap(([name, held]) => {
      const found = toPlain(held, onSecret);
      return found === undefined ? [] : [[name, found]];
    }),
  );
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).flatMap(([name, held]) =>
      held === undefined ? [] : [[name, withoutUndefined(held)]],
    ),
  );
}
