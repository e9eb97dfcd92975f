/** All generated files, by path. */
import { checks } from "../audit";
import { auditReportSchema } from "../audit/model";
import { createProgram } from "../cli/commands";
import { outputSchema } from "../cli/shared/output";
import { createRepositoryFileSchema, createTeamSchema } from "../desired/delegation/jsonSchema";
import { createStackSchema } from "../desired/jsonSchema";
import { reportSchema } from "../drift/model";
import { packageVersion } from "../errors";
import { kinds } from "../kinds";
import { logSchema } from "../listen/log";
import { packageSchema } from "../native/schema/package";
import { terraformMapping, terraformProvider } from "../native/terraform";
import { renderSchema } from "../report/json";
import { accessReviewSchema } from "../review/model";
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
    ["schema/audit.schema.json", renderSchema(auditReportSchema)],
    ["schema/listen.schema.json", renderSchema(logSchema)],
    ["schema/access-review.schema.json", renderSchema(accessReviewSchema)],
    ["schema/output.schema.json", `${JSON.stringify(outputSchema(), null, 2)}\n`],
    ["schema/drift.schema.json", renderSchema(reportSchema)],
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
