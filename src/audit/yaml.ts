/** The desired state that solves a problem, as YAML to read and to copy. */
import { stringify } from "yaml";
import { repository } from "../kinds";
import type { Kind, LiveObject } from "../kinds/kind";
import type { SurveyedObject } from "../live";
import type { Remedy } from "./checks/shared/check";

/** The place in a stack's YAML, and the values that are to be there. */
interface RemedyPlace {
  /** `["repositories", "api", "webhooks", "ci"]`. */
  readonly path: readonly string[];
  readonly fields: Readonly<Record<string, unknown>>;
}

export function formatRemedy(remedy: Remedy): string {
  const { path, fields } = placeOf(remedy);
  const shown = Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, withoutPath(value)]));
  const tree = [...path].reverse().reduce<unknown>((inner, key) => ({ [key]: inner }), shown);
  return stringify(tree, { lineWidth: 0 });
}

/** Reports do not show the path of an address: it may hold a token, as Slack's do. */
function withoutPath(value: unknown): unknown {
  if (typeof value !== "string" || !/^https?:/i.test(value) || !URL.canParse(value)) return value;
  const { origin, pathname, search } = new URL(value);
  return pathname.length > 1 || search !== "" ? `${origin}/…` : origin;
}

function placeOf(remedy: Remedy): RemedyPlace {
  if ("add" in remedy)
    return {
      path: [...(remedy.below ? pathOf(remedy.below) : []), remedy.add.yaml.section, remedy.name],
      fields: remedy.fields,
    };
  return { path: pathOf(remedy.set), fields: remedy.fields };
}

/** Where an import would write it. */
function pathOf({ kind, found, owner }: SurveyedObject): string[] {
  return [...(owner ? pathOf(owner) : []), kind.yaml.section, keyOf(kind, found)];
}

function keyOf(kind: Kind, found: LiveObject): string {
  if (kind === repository) return String(found.outputs.slug ?? found.args.slug);
  const { name } = kind.onImport ?? {};
  return name?.(found) ?? String(found.args[kind.naturalKey[0] ?? ""] ?? found.id);
}
