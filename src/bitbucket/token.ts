/**
 * The `Authorization` header of a credential; for an OAuth consumer, with an access token that is kept fresh.
 */
import { type Dispatcher, request as send } from "undici";
import { z } from "zod";
import { registerSecret } from "../errors";
import { errorFor } from "./answerError";
import { checkBaseUrl, defaultBaseUrl } from "./baseUrl";
import type { Credentials } from "./credentials";
import { AuthenticationError } from "./errors";
import { createProxyAgent, proxiesOf } from "./proxy";

/** Milliseconds before its expiry at which an access token is fetched again. */
const margin = 60_000;

const rateGrant = z.object({ access_token: z.string().min(1), expires_in: z.number().default(3600) });

export class TokenSource {
  #credentials: Credentials;
  #fetched: Promise<{ token: string; until: number }> | undefined;
  #replacing: Promise<boolean> | undefined;
  #generation = 0;

  /** @param replace Finds another credential for the same server, for one that is not accepted. Called once. */
  constructor(
    credentials: Credentials,
    private readonly url: string,
    private readonly dispatcher: Dispatcher,
    private readonly now: () => number,
    private readonly replace: () => Promise<Credentials | undefined> = async () => undefined,
  ) {
    this.#credentials = credentials;
  }

  /** Another number stands for another token. */
  get generation(): number {
    return this.#generation;
  }

  async authorization(): Promise<string> {
    try {
      return await this.#authorize();
    } catch (error) {
      if (!(error instanceof AuthenticationError) || !(await this.#replaceOnce())) throw error;
      return this.#authorize();
    }
  }

  async #authorize(): Promise<string> {
    const credentials = this.#credentials;
    if (credentials.type === "api-token") return basic(credentials.email, credentials.token.reveal());
    if (credentials.type !== "oauth-client") return `Bearer ${credentials.token.reveal()}`;
    let held = await this.#getToken();
    if (held.until - margin < this.now()) {
      this.#fetched = undefined;
      held = await this.#getToken();
    }
    return `Bearer ${held.token}`;
  }

  /**
   * Gets another token after a 401.
   *
   * @param refused The generation of the token that was not accepted.
   * @returns false if there is no way to get another.
   */
  async renew(refused: number): Promise<boolean> {
    if (refused !== this.#generation) return true;
    if (this.#credentials.type !== "oauth-client") return this.#replaceOnce();
    if (!this.#fetched) return false;
    this.#fetched = undefined;
    this.#generation += 1;
    return true;
  }

  /** Returns true to all who wait for the replacement, and false to those whom it does not help either. */
  async #replaceOnce(): Promise<boolean> {
    const [refused, isFirst] = [this.#generation, this.#replacing === undefined];
    this.#replacing ??= this.#takeReplacement();
    const replaced = await this.#replacing;
    return replaced && (isFirst || refused !== this.#generation);
  }

  async #takeReplacement(): Promise<boolean> {
    const other = await this.replace();
    if (!other || isSame(other, this.#credentials)) return false;
    this.#credentials = other;
    this.#fetched = undefined;
    this.#generation += 1;
    return true;
  }

  /** Concurrent callers share one request. */
  #getToken(): Promise<{ token: string; until: number }> {
    if (!this.#fetched) {
      const fetched = this.#fetch();
      this.#fetched = fetched;
      fetched.catch(() => {
        this.#fetched = undefined;
      });
    }
    return this.#fetched;
  }

  async #fetch(): Promise<{ token: string; until: number }> {
    const credentials = this.#credentials;
    if (credentials.type !== "oauth-client")
      throw new Error("only an OAuth consumer can fetch access tokens");
    const response = await send(this.url, {
      method: "POST",
      dispatcher: this.dispatcher,
      headers: {
        authorization: basic(credentials.clientId, credentials.clientSecret.reveal()),
        "content-type": "application/x-www-form-urlencoded",
      },
      body: "grant_type=client_credentials",
    });
    const text = await response.body.text();
    const path = new URL(this.url).pathname;
    if (response.statusCode === 400 || response.statusCode === 401) {
      throw new AuthenticationError("oauth", "The OAuth consumer's id and secret were not accepted", {
        method: "POST",
        path,
        status: response.statusCode,
        hint: "Check BITBUCKET_OAUTH_CLIENT_ID and BITBUCKET_OAUTH_CLIENT_SECRET, and that the consumer is marked as private.",
      });
    }
    if (response.statusCode >= 300)
      throw errorFor(
        { method: "POST", path },
        { status: response.statusCode, headers: {}, text },
        credentials,
      );
    const { access_token, expires_in } = rateGrant.parse(JSON.parse(text));
    registerSecret(access_token);
    return { token: access_token, until: this.now() + expires_in * 1000 };
  }
}

/**
 * Returns an access token for a credential without a token of its own, or the token itself: for git, which
 * accepts no other.
 *
 * @throws {AuthenticationError} if an OAuth consumer is rejected.
 */
export async function fetchAccessToken(credentials: Credentials, baseUrl: string): Promise<string> {
  if (credentials.type !== "oauth-client") return credentials.token.reveal();
  const agent = createProxyAgent({ headersTimeout: 30_000, bodyTimeout: 30_000 }, proxiesOf());
  try {
    const source = new TokenSource(credentials, tokenUrl(baseUrl), agent, Date.now);
    return (await source.authorization()).replace(/^Bearer /, "");
  } finally {
    await agent.close();
  }
}

function isSame(one: Credentials, other: Credentials): boolean {
  const parts = (credentials: Credentials) =>
    credentials.type === "oauth-client"
      ? [credentials.type, credentials.clientId, credentials.clientSecret.reveal()]
      : [
          credentials.type,
          credentials.type === "api-token" ? credentials.email : "",
          credentials.token.reveal(),
        ];
  return JSON.stringify(parts(one)) === JSON.stringify(parts(other));
}

function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** The token endpoint is on bitbucket.org, and next to an API on another host. */
export function tokenUrl(baseUrl: string): string {
  const url = checkBaseUrl(baseUrl);
  return `${url === defaultBaseUrl ? "https://bitbucket.org" : new URL(url).origin}/site/oauth2/access_token`;
}
