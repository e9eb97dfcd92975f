/**
 * Addresses that are not reachable from outside a network. Names are not resolved: the emulator needs no DNS.
 */
import { BlockList, isIP } from "node:net";

const inside = new BlockList();
for (const [address, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.168.0.0", 16],
] as const)
  inside.addSubnet(address, bits, "ipv4");
for (const [address, bits] of [
  ["::", 127],
  ["fc00::", 7],
  ["fe80::", 10],
] as const)
  inside.addSubnet(address, bits, "ipv6");

/** Top-level names that no public DNS has, and `localhost`. */
const internalNames = /(^|\.)(localhost|local|internal|intranet|lan|home|corp|test|invalid|home\.arpa)$/;

/** Whether a URL's host is this machine. */
export function isLoopback(hostname: string): boolean {
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(hostname);
}

/** Whether a URL's host is an address or a name of an internal network, or a single label. */
export function isInternal(hostname: string): boolean {
  const host = hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  const version = isIP(host);
  if (version === 0) return !host.includes(".") || internalNames.test(host);
  return inside.check(host, version === 4 ? "ipv4" : "ipv6");
}
