/**
 * The input of `pulumi import --file`, for the native provider.
 * https://www.pulumi.com/docs/iac/guides/migration/import/
 */
import { nativeToken } from "../model/typeToken";
import { importIdOf } from "../native/importId";
import type { Declaration } from "./declare";

/** Returns the file with each object as a resource to import, below its owner. */
export function pulumiImportFile(objects: readonly Declaration[]): string {
  const names = new Map<string, number>();
  const named = new Map<Declaration, string>();
  for (const one of objects) {
    const { kind, name } = one;
    // Names must be unique per type for Pulumi; its generated code for one program needs them all to be
    // distinct.
    const wanted = name.replace(/[^A-Za-z0-9_.-]+/g, "-");
    const count = (names.get(wanted) ?? 0) + 1;
    names.set(wanted, count);
    named.set(one, count === 1 ? wanted : `${wanted}-${kind.name}${count > 2 ? `-${count}` : ""}`);
  }
  const resources = objects.map((one) => ({
    type: nativeToken(one.kind),
    name: named.get(one),
    id: importIdOf(one.kind, one.live.at, one.live.found.id),
    // The engine finds it by its name in this file.
    parent: one.parent && named.get(one.parent),
  }));
  return `${JSON.stringify({ resources }, null, 2)}\n`;
}
