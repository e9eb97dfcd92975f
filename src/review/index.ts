/** Access review: who has which right where, through what, as far as the API says it. */
export type { AccessGrant, AccessReview } from "./model";
export { type ReviewOptions, reviewAccess } from "./read";
