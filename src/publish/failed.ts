/** A notice that a plan or a comparison failed: an earlier run's result is no longer valid. */
import { driftHeading } from "./fromDrift";
import { planHeading } from "./fromPlan";
import type { Notice } from "./notice";

export function toFailedPlanNotice(stack: string): Notice {
  return toFailedNotice(
    planHeading(stack),
    "A step before the plan failed. The plan of an earlier commit does not apply to this one.",
  );
}

export function toFailedDriftNotice(stack: string): Notice {
  return toFailedNotice(driftHeading(stack), "The comparison failed: it is unknown whether there is drift.");
}

function toFailedNotice(heading: Pick<Notice, "id" | "title">, nothing: string): Notice {
  return {
    ...heading,
    summary: "failed",
    passed: false,
    counts: [],
    rows: [],
    nothing,
    remarks: ["See the output of the run."],
  };
}
