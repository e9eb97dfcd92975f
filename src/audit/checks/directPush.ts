import { reportUnprotected, restrictionsOfMain } from "./shared/branches";
import type { AuditCheck } from "./shared/check";

export const directPush: AuditCheck = {
  id: "direct-push",
  title: "Everyone with write access can push to the main branch",
  area: "branches",
  severity: "high",
  why: "A push bypasses pull requests, and with them approvals and builds.",
  fix: "Restrict pushes to the main branch to nobody, or to the users and groups that require it.",
  benchmarks: [{ source: "CIS", id: "1.1.15" }],
  needs: ["branchRestrictions", "branchingModel"],
  repository(view) {
    if (view.mainBranch === undefined) return undefined;
    return restrictionsOfMain(view, "push").length > 0
      ? []
      : [
          reportUnprotected(view, "takes pushes of everybody with write access, without a pull request", {
            kind: "push",
          }),
        ];
  },
};
