/** Every generated file, by its path. */
import { stackSchema } from "../desired/jsonSchema";
import { driftSchema } from "../drift/report/json";
import { kinds } from "../kinds";
import { packageSchema } from "../native/schema/package";
import { version } from "../native/version";
import { classFiles } from "./classes";
import { indexPage } from "./indexPage";
import { fileOf, kindPage } from "./kindPage";
import { scopesPage } from "./scopesPage";

export function referenceFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["schema/stack.schema.json", `${JSON.stringify(stackSchema(), null, 2)}\n`],
    ["schema/drift.schema.json", `${JSON.stringify(driftSchema(), null, 2)}\n`],
    ["schema/pulumi-bitbucket-cloud.json", `${JSON.stringify(packageSchema(version), null, 2)}\n`],
    ["docs/scopes.md", scopesPage(kinds)],
    ["docs/reference/README.md", indexPage(kinds)],
    ...kinds.map((kind): [string, string] => [`docs/reference/${fileOf(kind)}`, kindPage(kind)]),
    ...classFiles(kinds),
  ]);
}
