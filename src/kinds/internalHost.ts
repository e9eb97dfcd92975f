/** Hosts that Bitbucket does not call: it refuses webhooks to what lies inside a network. */
import { BlockList, isIP } from "node:net";

/** Special-purpose addresses (RFC 6890) that are not reached from the internet. */
const internal = new BlockList();
for (const [network, prefix] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  internal.addSubnet(network, prefix, "ipv4");
for (const [network, prefix] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
] as const)
  internal.addSubnet(network, prefix, "ipv6");

/** Top-level domains that public DNS does not have (RFC 6761, RFC 6762, RFC 8375, ICANN's reserved names). */
const privateDomain = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|test|invalid|home\.arpa)$/;

/** @param hostname As in a URL: IPv6 addresses in brackets. */
export function isInternalHost(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const version = isIP(host);
  if (version > 0) return internal.check(host, version === 4 ? "ipv4" : "ipv6");
  return !host.includes(".") || privateDomain.test(host);
}
