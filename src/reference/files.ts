/** All generated files, by path. */
import { checks } from "../audit";
import { auditSchema } from "../audit/report/json";
import { createProgram } from "../cli/commands";
import { outputSchema } from "../cli/shared/output";
import { createRepositoryFileSchema, createTeamSchema } from "../desired/delegation/jsonSchema";
import { createStackSchema } from "../desired/jsonSchema";
import { driftSchema } from "../drift/report/json";
import { packageVersion } from "../errors";
import { kinds } from "../kinds";
import { listenSchema } from "../listen";
import { packageSchema } from "../native/schema/package";
import { terraformMapping, terraformProvider } from "../native/terraform";
import { reviewSchema } from "../review/report/json";
import { templateFiles } from "../scaffold";
import { renderAuditPage } from "./auditPage";
import { classFiles } from "./classes";
import { renderCommandPage } from "./commandPage";
import { renderEnvironmentPage } from "./environmentPage";
import { renderIndexPage } from "./indexPage";
import { fileOf, renderKindPage } from "./kindPage";
import { renderScopesPage } from "./scopesPage";

export function referenceFiles(): ReadonlyMap<string, string> {
  return new Map([
    ["schema/stack.schema.json", `${JSON.stringify(createStackSchema(), null, 2)}\n`],
    ["schema/team.schema.json", `${JSON.stringify(createTeamSchema(), null, 2)}\n`],
    ["schema/settings.schema.json", `${JSON.stringify(createRepositoryFileSchema(), null, 2)}\n`],
    ["schema/audit.schema.json", `${JSON.stringify(auditSchema(), null, 2)}\n`],
    ["schema/listen.schema.json", `${JSON.stringify(listenSchema(), null, 2)}\n`],
    ["schema/access-review.schema.json", `${JSON.stringify(reviewSchema(), null, 2)}\n`],
    ["schema/output.schema.json", `${JSON.stringify(outputSchema(), null, 2)}\n`],
    ["schema/drift.schema.json", `${JSON.stringify(driftSchema(), null, 2)}\n`],
    ["schema/pulumi-bitbucket-cloud.json", `${JSON.stringify(packageSchema(packageVersion()), null, 2)}\n`],
    [`schema/terraform/${terraformProvider}.json`, `${JSON.stringify(terraformMapping(), null, 2)}\n`],
    ["docs/reference/audit-checks.md", renderAuditPage(checks)],
    ["docs/reference/cli.md", renderCommandPage(createProgram())],
    ["docs/reference/scopes.md", renderScopesPage(kinds)],
    ["docs/reference/configuration.md", renderEnvironmentPage()],
    ["docs/reference/resources/README.md", renderIndexPage(kinds)],
    ...kinds.map((kind): [string, string] => [
      `docs/reference/resources/${fileOf(kind)}`,
      renderKindPage(kind),
    ]),
    ...templateFiles(),
    ...classFiles(kinds),
  ]);
}
