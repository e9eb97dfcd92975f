/** Keys for objects in YAML: short, meaningful, and built from stable values. */
import { isKey, plainName } from "../kinds/names";
import type { SurveyedObject } from "../live";

export function keyFor({ kind, found }: SurveyedObject): string {
  if (kind.yaml.form === "single") return "";
  const named = kind.onImport?.name?.(found) ?? String(found.args[kind.yaml.nameField ?? ""] ?? found.id);
  return isKey(named) ? named : plainName(named) || plainName(found.id) || kind.yaml.section;
}
