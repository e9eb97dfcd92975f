/** The file that `pulumi import --file` takes, for the native provider. https://www.pulumi.com/docs/iac/guides/migration/import/ */
import { nativeToken } from "../model/typeToken";
import { importIdOf } from "../native/importId";
import type { Declaration } from "./declare";

/** Each object as a resource that is to be imported: in the order in which they depend on each other. */
export function pulumiImportFile(objects: readonly Declaration[]): string {
  const names = new Map<string, number>();
  const resources = objects.map(({ kind, name, live }) => {
    // Names are taken per type: Pulumi's code for one program needs them to be unlike each other.
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
