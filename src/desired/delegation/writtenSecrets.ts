/** References to secrets in a team's file. */
import type { Position } from "../diagnostics";
import type { Node } from "../node";
import { ifMissingKey, isSecretSource } from "../secret";

/** References to secrets as they are written, and what looks like one. */
export function findSecrets(node: Node): { source: string; name: string; position: Position }[] {
  if (node.type === "list") return node.items.flatMap(findSecrets);
  if (node.type !== "map") return [];
  const own = [...node.entries].flatMap(([source, { key, value }]) =>
    isSecretSource(source) || source === ifMissingKey
      ? [{ source, name: value.type === "scalar" ? String(value.value) : "", position: key }]
      : [],
  );
  const isReference = own.some(({ source }) => source !== ifMissingKey);
  return [
    ...own.filter(({ source }) => !isReference || source !== ifMissingKey),
    ...[...node.entries.values()].flatMap(({ value }) => findSecrets(value)),
  ];
}
