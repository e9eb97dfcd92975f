/** The environment's proxies: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in upper or lower case. */

import { isIPv6 } from "node:net";
import { type Agent, EnvHttpProxyAgent } from "undici";
import { type Env, environment } from "../environment";
import { SettingError } from "./settingError";

export interface Proxies {
  /** For addresses that start with http://, and for others without an `https` proxy. */
  readonly http: HttpProxy | undefined;
  readonly https: HttpProxy | undefined;
  /** Hosts that bypass the proxy, in undici's format: separated by commas. */
  readonly without: string;
}

export interface HttpProxy {
  /** Includes a user name and a password, if there are any: not to be shown. */
  readonly url: string;
  /** Without user name and password. */
  readonly shown: string;
  /** The name of the variable. */
  readonly from: string;
}

const protocols = ["http:", "https:", "socks5:", "socks:"];

/**
 * The emulator, and everything else on this machine. No proxy could reach it, and Go programs bypass it as
 * well.
 */
const local = ["localhost", "127.0.0.1", "[::1]"];

/**
 * @throws {SettingError} if a variable is not an address. The message does not show the value, which may be a
 * password.
 */
export function proxiesOf(env: Env = environment()): Proxies {
  return {
    http: readProxy(env, "http_proxy"),
    https: readProxy(env, "https_proxy"),
    without: exceptionsIn(env.no_proxy ?? env.NO_PROXY ?? ""),
  };
}

/** Lower case takes precedence, even if empty: as in curl, and in undici. */
function readProxy(env: Env, name: string): HttpProxy | undefined {
  const from = env[name] === undefined ? name.toUpperCase() : name;
  const text = env[from]?.trim() ?? "";
  if (text === "") return undefined;
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (!url || !protocols.includes(url.protocol) || url.hostname === "")
    throw new SettingError(
      `${from} is not the URL of a proxy, such as http://proxy.example.com:3128, with user:password@ before the host if the proxy requires a login.`,
    );
  return { url: whole, shown: `${url.protocol}//${url.host}`, from };
}

function exceptionsIn(text: string): string {
  const entries = text.split(/[,\s]+/).filter(Boolean);
  if (entries.includes("*")) return "*";
  return [...entries.map(addBrackets), ...local].join(",");
}

/** undici only accepts IPv6 addresses in brackets, and in their shortest form. */
function addBrackets(entry: string): string {
  const [, inner = entry, port = ""] = entry.match(/^\[(.+)\](:\d+)?$/) ?? [];
  return isIPv6(inner) ? `${new URL(`http://[${inner}]`).hostname}${port}` : entry;
}

/** The proxy of an address; undefined for a direct connection. */
export function proxyFor(address: string | URL, { http, https, without }: Proxies): HttpProxy | undefined {
  const url = new URL(address);
  const proxy = url.protocol === "https:" ? (https ?? http) : http;
  if (!proxy || without === "*") return undefined;
  const port = url.port || (url.protocol === "https:" ? "443" : "80");
  const isException = without.split(",").some((entry) => {
    const [, host = entry, only = port] = entry.match(/^(.+):(\d+)$/) ?? [];
    const name = host.replace(/^\*?\./, "").toLowerCase();
    return only === port && (url.hostname === name || url.hostname.endsWith(`.${name}`));
  });
  return isException ? undefined : proxy;
}

/** An agent that uses each address's proxy, or a direct connection, with the same options. */
export function createProxyAgent(options: Agent.Options, proxies: Proxies): EnvHttpProxyAgent {
  const { connect, allowH2 } = options;
  // Options for connections also apply to those within a tunnel: undici takes them under another name.
  const requestTls = { ...(typeof connect === "object" ? connect : {}), ...(allowH2 ? { allowH2 } : {}) };
  return new EnvHttpProxyAgent({
    ...options,
    // Empty values turn them off. If unset, undici would read the environment by itself.
    httpProxy: proxies.http?.url ?? "",
    httpsProxy: proxies.https?.url ?? "",
    noProxy: proxies.without,
    requestTls: requestTls as NonNullable<EnvHttpProxyAgent.Options["requestTls"]>,
  });
}
