import { escapeUnprintable } from "../../bitbucket/printable";
import type { AuditCheck } from "./shared/check";

export const sharedRunner: AuditCheck = {
  id: "shared-runner",
  title: "A runner is shared by all repositories",
  area: "pipelines",
  severity: "medium",
  why: "Anyone who can push to a repository of the workspace can run programs on it, next to the builds of all other repositories.",
  fix: "Assign the runner to the repositories that require it, or use ephemeral runners.",
  benchmarks: [{ source: "CIS", id: "2.2.3" }],
  needs: ["runners"],
  workspace: ({ runners }) =>
    runners.map((object) => ({
      subject: `runner ${escapeUnprintable(String(object.found.args.name))}`,
      message: "takes the builds of every repository of the workspace",
      object,
    })),
};
