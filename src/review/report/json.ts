/** The review as JSON, as in schema/access-review.schema.json. */
import { z } from "zod";
import { escapeUnprintableJson } from "../../bitbucket/printable";
import { type AccessReview, accessReviewSchema } from "../model";

/** @returns JSON that is safe to print to a terminal, whatever names contain. */
export function renderReviewJson(review: AccessReview): string {
  return `${escapeUnprintableJson(JSON.stringify(review, null, 2))}\n`;
}

/** The JSON Schema of the report, for the file in `schema/`. */
export function reviewSchema(): Record<string, unknown> {
  return z.toJSONSchema(accessReviewSchema, { io: "input" }) as Record<string, unknown>;
}
