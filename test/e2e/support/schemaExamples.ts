/** The examples in the descriptions of the schema, as the registry and editors show them. */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { removalName } from "../../../src/model/typeToken";
import { schemaPath } from "../../../src/reference/sdks";
import { documentedPrograms } from "../../support/nativePrograms";

export interface SchemaExample {
  /** Of the resource type, such as `Webhook`. */
  readonly kind: string;
  readonly text: string;
}

const schema = z.object({ resources: z.record(z.string(), z.object({ description: z.string() })) });

/** All programs in a language: the schema's examples, and those in the documentation. */
export function documentedExamples(language: "typescript" | "python" | "go"): readonly SchemaExample[] {
  const others = documentedPrograms(language).map((text, index) => ({ kind: `Documented${index}`, text }));
  return [...schemaExamples(language), ...others];
}

/** The examples in a language, one of each resource type: fails where a type has none. */
export function schemaExamples(
  language: "typescript" | "python" | "go" | "csharp",
): readonly SchemaExample[] {
  const { resources } = schema.parse(JSON.parse(readFileSync(schemaPath, "utf8")));
  return Object.entries(resources).flatMap(([token, { description }]) => {
    const kind = token.split(":").at(-1) ?? "";
    // Programs that people write have none.
    if (kind === removalName) return [];
    const text = description.match(new RegExp(`^\`\`\`${language}\n(.*?)\n\`\`\`$`, "ms"))?.[1];
    if (text === undefined) throw new Error(`${kind} has no example in ${language}`);
    return [{ kind, text }];
  });
}
