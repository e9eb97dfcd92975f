/**
 * The input of `pulumi import --file`, for the native provider.
 * https://www.pulumi.com/docs/iac/guides/migration/import/
 */
import { nativeToken } from "../model/typeToken";
import { importIdOf } from "../native/importId";
import type { Declaration } from "./declare";

/** Returns the file with each object as a resource to import, dependencies first. */
export function pulumiImportFile(objects: readonly Declaration[]): string {
  const names = new Map<string, number>();
  const resources = objects.map(({ kind, name, live }) => {
    // Names must be unique per type for Pulumi; its generated code for one program needs them all to be
    // distinct.
    const wanted = name.replace(/[^A-Za-z0-9_.-]+/g, "-");
    const count = (names.get(wanted) ?? 0) + 1;
    names.set(wanted, count);
    return {
      type: nativeToken(kind),
      name: count === 1 ? wanted : `${wanted}-${kind.name}${count > 2 ? `-${count}` : ""}`,
      id: importIdOf(kind, live.at, live.found.id),
    };
  });
  return `${JSON.stringify({ resources }, null, 2)}\n`;
}
