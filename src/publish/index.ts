/** Posts the results of a plan or a comparison to Bitbucket: comments, Code Insights, build statuses. */
export { type PublishResult, publishComment } from "./comment";
export { planName, pullPlan, pushPlan, removePlan } from "./downloads";
export { toFailedDriftNotice, toFailedPlanNotice } from "./failed";
export { toAuditNotice } from "./fromAudit";
export { toDriftNotice } from "./fromDrift";
export { toPlanNotice } from "./fromPlan";
export { previewOutcomeSchema, toPreviewNotice } from "./fromPreview";
export { toProblemsNotice } from "./fromProblems";
export { publishInsights } from "./insights";
export { formatComment, markerOf } from "./markdown";
export type { Notice } from "./notice";
export { type PipelineContext, readPipelineContext } from "./pipelines";
export { defaultProxy, sendThroughProxy } from "./proxy";
export { publishStatus } from "./status";
