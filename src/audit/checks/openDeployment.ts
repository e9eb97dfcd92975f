import { escapeUnprintable } from "../../bitbucket/printable";
import type { AuditCheck } from "./shared/check";

export const openDeployment: AuditCheck = {
  id: "open-deployment",
  title: "Everyone with write access can deploy to production",
  area: "pipelines",
  severity: "high",
  why: "Anyone who can push to a branch can run their own pipeline, which can deploy or print the environment's secrets.",
  fix: "Allow only admins to deploy, or allow deployments only from the main branch.",
  benchmarks: [{ source: "CIS", id: "5.2.3" }],
  needs: ["pipelines", "environments"],
  repository: ({ object, environments }) =>
    object.found.args.pipelinesEnabled !== true
      ? undefined
      : environments
          .filter(({ found: { args } }) => args.type === "Production" && args.adminOnly !== true)
          .map((environment) => ({
            subject: `deployment environment ${escapeUnprintable(String(environment.found.args.name))}`,
            message: "is deployed to by everybody with write access",
            object: environment,
            remedy: { set: environment, fields: { adminOnly: true } },
          })),
};
