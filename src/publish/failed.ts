/** That a plan or a comparison did not come about: what an earlier run said of it does not hold any more. */
import { driftHeading } from "./fromDrift";
import { planHeading } from "./fromPlan";
import type { Notice } from "./notice";

export function failedPlan(stack: string): Notice {
  return failed(
    planHeading(stack),
    "A step on the way to the plan has failed. What was planned for an earlier commit does not hold for this one.",
  );
}

export function failedDrift(stack: string): Notice {
  return failed(driftHeading(stack), "The comparison has failed: whether there is drift is not known.");
}

function failed(heading: Pick<Notice, "id" | "title">, nothing: string): Notice {
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
