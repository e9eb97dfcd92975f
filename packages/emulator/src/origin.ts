import type { FastifyRequest } from "fastify";

/**
 * The scheme and the host that the client used, for links. Forwarded headers are only trusted from
 * scripts/as-bitbucket-org.mjs on this machine, which sets them and lets no client set them.
 */
export function originOf({ headers, protocol, host, ip }: FastifyRequest): string {
  const local = ip === "127.0.0.1" || ip === "::1" || ip === "::ffff:127.0.0.1";
  const forwarded = headers["x-forwarded-host"];
  if (local && headers["x-emulator-proxy"] === "as-bitbucket-org" && typeof forwarded === "string")
    return `${headers["x-forwarded-proto"] === "https" ? "https" : "http"}://${forwarded}`;
  return `${protocol}://${host}`;
}
