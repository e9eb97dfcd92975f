/**
 * Delivers events to webhooks, as the service does: signed with the webhook's secret, at most three attempts.
 * https://support.atlassian.com/bitbucket-cloud/docs/event-payloads/
 * https://support.atlassian.com/bitbucket-cloud/docs/troubleshoot-webhooks/
 *
 * Only to this machine: whatever else a webhook names is not the emulator's to call.
 */
import { createHmac, randomUUID } from "node:crypto";
import { isLoopback } from "./addresses";
import type { Item, Repository, Workspace } from "./state";

/** An attempt without an answer in this time has failed. */
const answerTime = 10_000;

/** The first attempt, and two more. */
const maxAttempts = 3;

/** An event of a repository, or of the workspace. */
export interface EmittedEvent {
  /** `repo:push`. */
  readonly key: string;
  readonly workspace: Workspace;
  readonly repository?: Repository | undefined;
  readonly payload: Readonly<Record<string, unknown>>;
}

/** An event on its way to one webhook. */
export interface WebhookDelivery {
  readonly event: string;
  readonly url: string;
  readonly body: string;
  /** Those of the last attempt. */
  headers: Readonly<Record<string, string>>;
  /** The status of each attempt; 0 without an answer. */
  readonly attempts: number[];
}

export class Deliveries {
  readonly all: WebhookDelivery[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #closed = new AbortController();

  /** @param wait Milliseconds before another attempt. The service does not say how long it waits. */
  constructor(private readonly wait: number) {}

  /** Sends an event to the active webhooks of the repository and the workspace that subscribe to it. */
  emit({ key, workspace, repository, payload }: EmittedEvent): void {
    const hooks = [...(repository?.hooks.values() ?? []), ...workspace.hooks.values()];
    for (const hook of hooks.filter((one) => isSubscribed(one, key))) {
      const delivery: WebhookDelivery = {
        event: key,
        url: String(hook.url),
        body: JSON.stringify(payload),
        headers: {},
        attempts: [],
      };
      this.all.push(delivery);
      const running = this.#deliver(delivery, hook).finally(() => this.#running.delete(running));
      this.#running.add(running);
    }
  }

  /** Resolves once nothing is on its way. */
  async settle(): Promise<void> {
    while (this.#running.size > 0) await Promise.all(this.#running);
  }

  async close(): Promise<void> {
    this.#closed.abort();
    await this.settle();
  }

  async #deliver(delivery: WebhookDelivery, hook: Item): Promise<void> {
    const request = randomUUID();
    while (delivery.attempts.length < maxAttempts && !this.#closed.signal.aborted) {
      if (delivery.attempts.length > 0) await pause(this.wait, this.#closed.signal);
      delivery.headers = headersOf(delivery, hook, request);
      const status = await this.#send(delivery);
      delivery.attempts.push(status);
      if (status > 0 && status < 500) return;
    }
  }

  async #send({ url, body, headers }: WebhookDelivery): Promise<number> {
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(answerTime), this.#closed.signal]);
      const answer = await fetch(url, { method: "POST", body, headers, signal, redirect: "manual" });
      await answer.arrayBuffer();
      return answer.status;
    } catch {
      return 0;
    }
  }
}

function isSubscribed(hook: Item, key: string): boolean {
  const events: unknown = hook.events;
  return (
    hook.active === true &&
    Array.isArray(events) &&
    events.includes(key) &&
    isLoopback(new URL(String(hook.url)).hostname)
  );
}

/** The UUIDs in headers have no braces. */
function headersOf(
  { event, body, attempts }: WebhookDelivery,
  hook: Item,
  request: string,
): Record<string, string> {
  const secret = String(hook.secret ?? "");
  return {
    "content-type": "application/json",
    "user-agent": "Bitbucket-Webhooks/2.0",
    "x-event-key": event,
    "x-hook-uuid": hook.uuid.slice(1, -1),
    "x-request-uuid": request,
    "x-attempt-number": String(attempts.length + 1),
    ...(secret === ""
      ? {}
      : { "x-hub-signature": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}` }),
  };
}

function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((done) => {
    const timer = setTimeout(done, milliseconds);
    signal.addEventListener(
      "abort",
      () => {
        clearTimeout(timer);
        done();
      },
      { once: true },
    );
  });
}
