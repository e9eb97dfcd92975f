import { escapeUnprintable } from "../../bitbucket/printable";
import type { AuditCheck } from "./shared/check";

export const sharedRunner: AuditCheck = {
  id: "shared-runner",
  title: "A runner that every repository uses",
  area: "pipelines",
  severity: "medium",
  why: "Who can push to any repository of the workspace runs programs on it, beside the builds of all others.",
  fix: "Give the runner to the repositories that need it, or use one that is created for each build.",
  benchmarks: [{ source: "CIS", id: "2.2.3" }],
  needs: ["runners"],
  workspace: ({ runners }) =>
    runners.map((object) => ({
      subject: `runner ${escapeUnprintable(String(object.found.args.name))}`,
      message: "takes the builds of every repository of the workspace",
      object,
    })),
};
