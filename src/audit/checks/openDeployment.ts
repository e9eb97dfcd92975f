import { escapeUnprintable } from "../../bitbucket/printable";
import type { AuditCheck } from "./shared/check";

export const openDeployment: AuditCheck = {
  id: "open-deployment",
  title: "Everybody with write access deploys to production",
  area: "pipelines",
  severity: "high",
  why: "A push to any branch can bring its own pipeline, and with it deploy, or print the environment's secrets.",
  fix: "Let only admins deploy to it, or allow it only from the main branch.",
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
