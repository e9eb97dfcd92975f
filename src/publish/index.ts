/** Saying in Bitbucket what a plan or a comparison found: comments, Code Insights, build statuses. */
export { type Published, publishComment } from "./comment";
export { planName, pullPlan, pushPlan, removePlan } from "./downloads";
export { failedDrift, failedPlan } from "./failed";
export { driftNotice } from "./fromDrift";
export { planNotice } from "./fromPlan";
export { publishInsights, type Sender } from "./insights";
export { commentText, longestComment, markerOf } from "./markdown";
export type { Notice, Row } from "./notice";
export { type Place, placeFrom } from "./pipelines";
export { throughProxy, usualProxy } from "./proxy";
export { publishStatus } from "./status";
