/** Proxies that the environment names: HTTPS_PROXY, HTTP_PROXY and NO_PROXY, in capitals or small letters. */

import { isIPv6 } from "node:net";
import { type Agent, EnvHttpProxyAgent } from "undici";
import { environment } from "../environment";
import { SettingError } from "./settingError";

export interface Proxies {
  /** For addresses that start with http://, and for others where there is no `https`. */
  readonly http: HttpProxy | undefined;
  readonly https: HttpProxy | undefined;
  /** Hosts that are reached without one, as undici takes them: separated by commas. */
  readonly without: string;
}

export interface HttpProxy {
  /** With a user name and a password, if there are any: not to be shown. */
  readonly url: string;
  /** Without them. */
  readonly shown: string;
  /** The name of the variable. */
  readonly from: string;
}

type ProxyEnv = Readonly<Record<string, string | undefined>>;

const protocols = ["http:", "https:", "socks5:", "socks:"];

/** The emulator, and whatever else is on this machine. No proxy could reach it, and Go's programs pass it by as well. */
const local = ["localhost", "127.0.0.1", "[::1]"];

/** @throws {SettingError} where a variable holds no address. What it holds is not shown: it may be a password. */
export function proxiesOf(env: ProxyEnv = environment()): Proxies {
  return {
    http: readProxy(env, "http_proxy"),
    https: readProxy(env, "https_proxy"),
    without: exceptionsIn(env.no_proxy ?? env.NO_PROXY ?? ""),
  };
}

/** The small letters count first, also where they are empty: as in curl, and in undici. */
function readProxy(env: ProxyEnv, name: string): HttpProxy | undefined {
  const from = env[name] === undefined ? name.toUpperCase() : name;
  const text = env[from]?.trim() ?? "";
  if (text === "") return undefined;
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  const url = URL.canParse(whole) ? new URL(whole) : undefined;
  if (!url || !protocols.includes(url.protocol) || url.hostname === "")
    throw new SettingError(
      `${from} is not the address of a proxy. It looks like http://proxy.example.com:3128, with user:password@ before the host where the proxy wants a login.`,
    );
  return { url: whole, shown: `${url.protocol}//${url.host}`, from };
}

function exceptionsIn(text: string): string {
  const entries = text.split(/[,\s]+/).filter(Boolean);
  if (entries.includes("*")) return "*";
  return [...entries.map(addBrackets), ...local].join(",");
}

/** undici knows IPv6 addresses in brackets alone, and in their shortest form. */
function addBrackets(entry: string): string {
  const [, inner = entry, port = ""] = entry.match(/^\[(.+)\](:\d+)?$/) ?? [];
  return isIPv6(inner) ? `${new URL(`http://[${inner}]`).hostname}${port}` : entry;
}

/** The proxy through which an address is asked; undefined where it is asked directly. */
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

/** An agent that asks each address through its proxy, or directly, with the same options. */
export function createProxyAgent(options: Agent.Options, proxies: Proxies): EnvHttpProxyAgent {
  const { connect, allowH2 } = options;
  // What goes for connections goes for those within a tunnel, too: undici hands them over under another name.
  const requestTls = { ...(typeof connect === "object" ? connect : {}), ...(allowH2 ? { allowH2 } : {}) };
  return new EnvHttpProxyAgent({
    ...options,
    // Empty, they are off. Left out, undici would read the environment on its own.
    httpProxy: proxies.http?.url ?? "",
    httpsProxy: proxies.https?.url ?? "",
    noProxy: proxies.without,
    requestTls: requestTls as NonNullable<EnvHttpProxyAgent.Options["requestTls"]>,
  });
}
