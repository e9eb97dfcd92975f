/** `until:`, the last day on which an object is desired. Days are those of UTC, and end at midnight. */
import { formatCount } from "../errors/count";
import { isDay } from "../model/day";
import type { Diagnostics, Position } from "./diagnostics";
import { describeNode, isGiven, type Node } from "./node";
import type { DesiredResource } from "./stack";

/** The days before the last one on which its end is announced. */
const announcedDays = 7;

/** Names in one message. */
const maxNames = 10;

const millisecondsOfDay = 86_400_000;

/** Reads a day: `2027-01-31`. */
export function readLastDay(node: Node | undefined, diagnostics: Diagnostics): string | undefined {
  if (!isGiven(node)) return undefined;
  const text = node.type === "scalar" ? (node.source ?? String(node.value)) : "";
  if (isDay(text)) return text;
  const given = node.type === "scalar" ? `"${text}"` : describeNode(node);
  diagnostics.error(
    node.position,
    `must be the last day on which it is desired, as 2027-01-31, not ${given}`,
  );
  return undefined;
}

interface LimitedGroup {
  readonly day: string;
  readonly at: Position;
  readonly names: string[];
}

/** Decides what has ended, and announces what ends soon: one warning for each `until:`, however many objects have it. */
export class Expiry {
  readonly #today: string;
  readonly #groups = new Map<string, LimitedGroup>();

  constructor(now: Date) {
    this.#today = now.toISOString().slice(0, 10);
  }

  /** Whether an object is no longer desired. */
  isOver({ until }: DesiredResource): boolean {
    return until !== undefined && until < this.#today;
  }

  note(resource: DesiredResource): void {
    const { until, kind, name, args } = resource;
    if (until === undefined || this.#daysTo(until) > announcedDays) return;
    const at = resource.positionOf(["until"]);
    const key = JSON.stringify([at.file, at.line, at.column]);
    const group = this.#groups.get(key) ?? { day: until, at, names: [] };
    this.#groups.set(key, group);
    const { shorthand } = kind.yaml;
    const level = shorthand === undefined ? undefined : args[shorthand];
    group.names.push(`${kind.title} ${name}${typeof level === "string" ? ` (${level})` : ""}`);
  }

  warn(diagnostics: Diagnostics): void {
    for (const { day, at, names } of this.#groups.values()) {
      const more = names.length - maxNames;
      const named = [...names.slice(0, maxNames), ...(more > 0 ? [`${more} more`] : [])].join(", ");
      const left = this.#daysTo(day);
      const after = new Date(Date.parse(day) + millisecondsOfDay).toISOString().slice(0, 10);
      diagnostics.warn(
        at,
        left < 0
          ? `ended with ${day} (UTC): no longer desired, and deleted by the next apply if it is still there: ${named}`
          : `ends with ${day} (UTC), ${left === 0 ? "today" : left === 1 ? "tomorrow" : `in ${formatCount(left, "day")}`}: an apply from ${after} on deletes ${named}`,
      );
    }
  }

  #daysTo(day: string): number {
    return (Date.parse(day) - Date.parse(this.#today)) / millisecondsOfDay;
  }
}
