import { reportUnprotected, restrictionsOfMain } from "./shared/branches";
import type { AuditCheck } from "./shared/check";

export const branchDeletion: AuditCheck = {
  id: "branch-deletion",
  title: "The main branch can be deleted",
  area: "branches",
  severity: "medium",
  why: "A mistake or a compromised account can delete the branch that everything is built from.",
  fix: "Forbid deleting the main branch.",
  benchmarks: [
    { source: "CIS", id: "1.1.17" },
    { source: "Scorecard", id: "Branch-Protection" },
  ],
  needs: ["branchRestrictions", "branchingModel"],
  repository(view) {
    if (view.mainBranch === undefined) return undefined;
    return restrictionsOfMain(view, "delete").length > 0
      ? []
      : [reportUnprotected(view, "can be deleted", { kind: "delete" })];
  },
};
