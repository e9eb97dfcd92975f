import { reportUnprotected, restrictionsOfMain } from "./shared/branches";
import type { AuditCheck } from "./shared/check";

const kind = "require_passing_builds_to_merge";

export const passingBuilds: AuditCheck = {
  id: "passing-builds",
  title: "No passing build required to merge",
  area: "branches",
  severity: "medium",
  why: "Code that fails its tests and scans can be merged.",
  fix: "Require passing builds on the main branch.",
  benchmarks: [
    { source: "CIS", id: "1.1.9" },
    { source: "Scorecard", id: "Branch-Protection" },
  ],
  needs: ["branchRestrictions", "branchingModel"],
  repository(view) {
    if (view.mainBranch === undefined) return undefined;
    const isRequired = restrictionsOfMain(view, kind).some(({ found }) => Number(found.args.value ?? 0) > 0);
    return isRequired
      ? []
      : [reportUnprotected(view, "takes merges without a passing build", { kind, value: 1 })];
  },
};
