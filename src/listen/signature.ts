/**
 * The signature of a delivery: an HMAC of the body, with the webhook's secret as key.
 * https://support.atlassian.com/bitbucket-cloud/docs/manage-webhooks/
 */
import { createHmac, timingSafeEqual } from "node:crypto";

/** @param header `X-Hub-Signature`: `sha256=` and 64 hexadecimal digits. */
export function isSignedWith(
  secret: string,
  body: Buffer,
  header: string | readonly string[] | undefined,
): boolean {
  const [, digits] = typeof header === "string" ? (/^sha256=([0-9a-f]{64})$/i.exec(header) ?? []) : [];
  if (digits === undefined) return false;
  return timingSafeEqual(Buffer.from(digits, "hex"), createHmac("sha256", secret).update(body).digest());
}
