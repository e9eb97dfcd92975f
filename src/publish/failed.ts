/** A notice that a plan or a comparison failed: an earlier run's result is no longer valid. */
import { driftHeading } from "./fromDrift";
import { planHeading } from "./fromPlan";
import type { Notice } from "./notice";

export function toFailedPlanNotice(stack: string): Notice {
  return toFailedNotice(
    planHeading(stack),
    "A step on the way to the plan has failed. What was planned for an earlier commit does not hold for this one.",
  );
}

export function toFailedDriftNotice(stack: string): Notice {
  return toFailedNotice(
    driftHeading(stack),
    "The comparison has failed: whether there is drift is not known.",
  );
}

function toFailedNotice(heading: Pick<Notice, "id" | "title">, nothing: string): Notice {
  return {
    ...heading,
    summary: "failed",
    passed: false,
    counts: [],
    rows: [],
    nothing,
    remarks: ["The output of the run says why."],
  };
}
