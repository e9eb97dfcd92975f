import { formatCount } from "../../errors/count";
import { reportUnprotected, restrictionsOfMain } from "./shared/branches";
import type { AuditCheck } from "./shared/check";

const kind = "require_approvals_to_merge";

export const approvals: AuditCheck = {
  id: "approvals",
  title: "Too few approvals required to merge",
  area: "branches",
  severity: "high",
  why: "A single person, or anyone who compromises that person's account, can bring code into the main branch without a review.",
  fix: "Require approvals on the main branch. Without Bitbucket Premium's enforced merge checks, Bitbucket only warns.",
  benchmarks: [
    { source: "CIS", id: "1.1.3" },
    { source: "Scorecard", id: "Code-Review" },
    { source: "Scorecard", id: "Branch-Protection" },
  ],
  needs: ["branchRestrictions", "branchingModel"],
  repository(view, settings) {
    if (view.mainBranch === undefined) return undefined;
    const most = Math.max(
      0,
      ...restrictionsOfMain(view, kind).map(({ found }) => Number(found.args.value ?? 0)),
    );
    if (most >= settings.approvals) return [];
    const message =
      most === 0
        ? "takes merges without an approval"
        : `takes merges with ${most} of ${formatCount(settings.approvals, "approval")}`;
    return [reportUnprotected(view, message, { kind, value: settings.approvals })];
  },
};
