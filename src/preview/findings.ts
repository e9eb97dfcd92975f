import type { DesiredResource } from "../desired";
import { type EventListener, EventLog } from "../pulumi/events";
import type { Undecided } from "./lookResult";

/** What a look at one shard gathers on its way. */
export class LookFindings {
  readonly events: EventLog;
  readonly undecided: Undecided[] = [];
  readonly refusals: string[] = [];
  /** The URNs of what is declared, after an apply. */
  readonly urns = new Map<DesiredResource, string>();
  /** URNs of what would be deleted. */
  readonly going = new Set<string>();
  /** The keys of what an apply changes in Bitbucket or in the state. */
  readonly unsettled = new Set<string>();
  /** Whether an apply is about the whole: what the state calls its resources changes, or who manages them, or some are gone. */
  takesWhole = false;

  constructor(listener: EventListener) {
    this.events = new EventLog(listener);
  }

  /** Whether the engine would find the same. */
  get isKnown(): boolean {
    return this.undecided.length + this.refusals.length === 0;
  }

  leaveToEngine(text: string, stopsApply = false): void {
    this.undecided.push({ text, stopsApply });
  }
}
