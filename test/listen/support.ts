/** Deliveries as Bitbucket sends them, and a clock that a test moves. */
import { createHmac, randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Clock } from "../../src/drift/watch";
import type { ListenEvent, ListenScope } from "../../src/listen/event";

export const secret = "vB7nQ2xLr9TzKd04";
export const scope: ListenScope = {
  workspace: "{11111111-1111-4111-8111-111111111111}",
  desiredState: "{22222222-2222-4222-8222-222222222222}",
};
export const uuids = {
  api: "{33333333-3333-4333-8333-333333333333}",
  web: "{44444444-4444-4444-8444-444444444444}",
};

export function sign(body: string, key = secret): string {
  return `sha256=${createHmac("sha256", key).update(body).digest("hex")}`;
}

export interface Sent {
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** @param more What makes the body one of its own. */
export function delivery(key: string, uuid: string, more: object = { n: randomUUID() }): Sent {
  const subject = { uuid, workspace: { uuid: scope.workspace } };
  const body = JSON.stringify({
    ...(key.startsWith("project:") ? { project: subject } : { repository: subject }),
    ...more,
  });
  return {
    body,
    headers: {
      "content-type": "application/json",
      "x-event-key": key,
      "x-request-uuid": randomUUID(),
      "x-attempt-number": "1",
      "x-hub-signature": sign(body),
    },
  };
}

export function eventOf(uuid: string, more: Partial<ListenEvent> = {}): ListenEvent {
  return {
    id: randomUUID(),
    key: "repo:updated",
    attempt: 1,
    subject: { kind: "repository", uuid },
    digest: randomUUID(),
    ...more,
  };
}

const folders: string[] = [];

export function newFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "listen-"));
  folders.push(folder);
  return folder;
}

export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

/** A clock that stands still until it is moved. */
export class ManualClock implements Clock {
  #time = Date.parse("2026-11-27T00:00:00Z");
  readonly #waiting = new Set<{ time: number; go: () => void }>();

  now = () => this.#time;

  until(time: number, signal: AbortSignal): Promise<void> {
    return new Promise((done) => {
      const waiter = {
        time,
        go: () => {
          this.#waiting.delete(waiter);
          done();
        },
      };
      this.#waiting.add(waiter);
      signal.addEventListener("abort", waiter.go, { once: true });
      if (signal.aborted || time <= this.#time) waiter.go();
    });
  }

  /** Moves on, and lets what waited do its work. */
  async move(milliseconds: number): Promise<void> {
    this.#time += milliseconds;
    for (const waiter of [...this.#waiting]) if (waiter.time <= this.#time) waiter.go();
    await settle();
  }
}

/** Lets everything that is under way finish, writes to the disk included. */
export async function settle(isDone: () => boolean = () => true): Promise<void> {
  for (let round = 0; round < 5000; round += 1) {
    await new Promise((go) => setTimeout(go, 0));
    if (isDone()) return;
  }
  throw new Error("what the test waits for does not happen");
}
