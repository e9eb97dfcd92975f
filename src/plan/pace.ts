/** Readings that are spread over hours. */
import { UserError } from "../errors";
import { formatCount } from "../errors/count";
import type { RequestEstimate } from "./requests";

const hour = 3_600_000;

/**
 * Returns the milliseconds between two requests of a reading that is spread evenly over some hours.
 *
 * @param limit Requests an hour, for each of the two limits.
 * @throws {UserError} if the limit does not suffice for that.
 */
export function paceRequests({ api, webhooks }: RequestEstimate, hours: number, limit: number): number {
  const least = Math.ceil(Math.max(api, webhooks) / limit);
  if (least > hours)
    throw new UserError(
      `This requires about ${formatCount(api + webhooks, "request")}, and the limit is ${limit} an hour: spread it over ${least} hours ` +
        `or more (--spread ${least}).`,
    );
  return (hours * hour) / Math.max(1, api + webhooks);
}
