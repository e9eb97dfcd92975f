import { reportUnprotected, restrictionsOfMain } from "./shared/branches";
import type { AuditCheck } from "./shared/check";

export const forcePush: AuditCheck = {
  id: "force-push",
  title: "The history of the main branch can be rewritten",
  area: "branches",
  severity: "high",
  why: "A force push can remove reviewed commits and hide what they contained.",
  fix: "Forbid rewriting the history of the main branch.",
  benchmarks: [
    { source: "CIS", id: "1.1.16" },
    { source: "Scorecard", id: "Branch-Protection" },
  ],
  needs: ["branchRestrictions", "branchingModel"],
  repository(view) {
    if (view.mainBranch === undefined) return undefined;
    return restrictionsOfMain(view, "force").length > 0
      ? []
      : [reportUnprotected(view, "can be force-pushed", { kind: "force" })];
  },
};
