/** Turns what is known of each resource into findings. */
import { type DesiredResource, keyOf } from "../desired";
import type { Kind, Properties } from "../kinds/kind";
import { worstSeverity } from "../kinds/severity";
import { check } from "../model/check";
import { findRepeatedRequests, summarizeStillNotApplied } from "../model/notApplied";
import { secretFieldsIn } from "../model/secrets";
import {
  severityOfExtra,
  severityOfField,
  severityOfMissing,
  severityOfRecreated,
  severityOfUncreated,
} from "../model/severity";
import { diffThreeWays, type ThreeWayDifference } from "../model/threeWay";
import { unknownValue } from "../model/unknown";
import { listManagedFields, withDefaults, withoutDefaults } from "../model/values";
import { placesOf, type StateEntry } from "../plan";
import type { CurrentState } from "../provider/lifecycle";
import { type ComparedResource, type ComparisonInput, FindingList, idFor } from "./findingList";
import type { ObservedObject } from "./fingerprint";
import type { Observation } from "./observe";

/** The inputs that the program would register, and the provider's reason to refuse them. */
interface DesiredInputs {
  readonly inputs: Properties;
  readonly refusal?: string | undefined;
}

/** Builds findings from resources. */
export class FindingBuilder {
  readonly list: FindingList;
  readonly observed: ObservedObject[] = [];
  /** Whether some fields could not be read. */
  hasUnread = false;

  readonly #held: ReadonlyMap<string, StateEntry>;

  constructor(private readonly known: ComparisonInput) {
    this.list = new FindingList(known);
    this.#held = new Map(
      known.state
        .filter(({ pendingDelete }) => !pendingDelete)
        .map((resource) => [keyOf(resource), resource]),
    );
  }

  add(subject: ComparedResource): void {
    const { key, kind, entry } = subject;
    const desired = this.#desired(subject);
    if (!entry) {
      this.#classifyUncreated(subject, desired?.inputs ?? {});
      return;
    }
    const seen = this.known.observations.get(key);
    if (!seen) return;
    if ("reason" in seen) {
      this.observed.push({ key, unreadable: true });
      const { reason: note, scopes, failed } = seen;
      this.list.add(subject, {
        case: "unreadable",
        severity: "medium",
        note,
        scopes,
        failed,
        wasReadable: true,
      });
      return;
    }
    if ("gone" in seen) {
      this.observed.push({ key });
      this.#classifyMissing(subject, desired?.inputs);
      return;
    }
    const { current, unread } = seen;
    // The live object is the replacement.
    if (entry.pendingDelete && current.recreated) return;
    this.hasUnread ||= unread.size > 0;
    const secret = this.#secret(subject, current.live, desired?.inputs ?? {});
    this.observed.push({
      key,
      id: current.id,
      values: pickVisible(kind, current.live, [entry.outputs, desired?.inputs ?? {}], secret),
    });
    const difference = diffThreeWays({
      kind,
      last: entry.outputs,
      refreshed: current.outputs,
      live: current.live,
      desired: desired?.inputs,
      unread,
    });
    this.list.addUndetectable(subject, difference, unread);
    this.#classify(subject, current, difference, desired, secret);
  }

  #desired(subject: ComparedResource): DesiredInputs | undefined {
    const { kind, resource, desired, key } = subject;
    if (!resource || !desired) return undefined;
    const seen = this.known.observations.get(key);
    const previous = seen && "current" in seen ? withoutDefaults(kind, seen.current.inputs) : {};
    const { inputs, issues } = check(kind, previous, { ...this.#location(resource, seen), ...desired.args });
    const refusal = issues.map(({ path, message }) => [path.join("."), message].join(" ")).join(", ");
    return { inputs, ...(refusal === "" ? {} : { refusal }) };
  }

  /** The location that the program would give; an id that is not known yet stays unknown. */
  #location(resource: DesiredResource, seen: Observation | undefined): Properties {
    // The same workspace, by slug or by UUID.
    const now = seen && "current" in seen ? seen.current.outputs.workspace : undefined;
    const workspace = typeof now === "string" ? now : this.known.desired.workspace;
    return placesOf(resource, workspace, (owner) => this.#idOf(keyOf(owner)) ?? unknownValue);
  }

  #idOf(key: string): string | undefined {
    const seen = this.known.observations.get(key);
    if (seen && "current" in seen) return seen.current.id;
    if (seen && "gone" in seen) return undefined;
    return this.#held.get(key)?.id;
  }

  #secret(
    { kind, entry, desired: wanted }: ComparedResource,
    live: Properties,
    desired: Properties,
  ): ReadonlySet<string> {
    const secret = secretFieldsIn(kind, withDefaults(kind, entry?.outputs ?? {}), live, desired);
    return new Set([...secret, ...(wanted?.hidden ?? [])]);
  }

  #classifyUncreated(subject: ComparedResource, inputs: Properties): void {
    const { kind, desired } = subject;
    const secret = this.#secret(subject, {}, inputs);
    const fields = listManagedFields(kind, desired?.args ?? {}).map((field) =>
      this.list.toField(subject, field, { desired: inputs[field] }, secret, "low"),
    );
    this.list.add(subject, {
      case: "pending",
      severity: severityOfUncreated(kind, inputs),
      operation: "create",
      fields,
    });
  }

  #classifyMissing(subject: ComparedResource, inputs: Properties | undefined): void {
    const { kind, entry, resource } = subject;
    // A resource that is no longer declared needs no comparison.
    if (!entry || !resource) return;
    const last = entry.outputs;
    const secret = this.#secret(subject, {}, inputs ?? {});
    const fields = listManagedFields(kind, last).map((field) =>
      this.list.toField(subject, field, { last: last[field], desired: inputs?.[field] }, secret, "low"),
    );
    const { owner } = this.known.places.ofDesired(resource);
    const above = owner === undefined ? undefined : this.known.observations.get(owner);
    const lost = above && ("gone" in above || ("current" in above && above.current.recreated));
    this.list.add(subject, {
      case: "deleted",
      severity: severityOfMissing(kind, withDefaults(kind, last)),
      operation: "create",
      fields,
      within:
        lost && owner !== undefined ? idFor("gone" in above ? "deleted" : "recreated", owner) : undefined,
    });
  }

  #classify(
    subject: ComparedResource,
    current: CurrentState,
    difference: ThreeWayDifference,
    desired: DesiredInputs | undefined,
    secret: ReadonlySet<string>,
  ): void {
    this.#classifyDrift(subject, current, difference, desired, secret);
    if (desired) this.#classifyPending(subject, current, difference, desired, secret);
    else this.#classifyPendingDeletion(subject, current.live, secret);
  }

  /** What differs from what was applied last. */
  #classifyDrift(
    subject: ComparedResource,
    current: CurrentState,
    difference: ThreeWayDifference,
    desired: DesiredInputs | undefined,
    secret: ReadonlySet<string>,
  ): void {
    const { kind, entry } = subject;
    if (!entry) return;
    const last = withDefaults(kind, entry.outputs);
    const refreshed = withDefaults(kind, current.outputs);
    const { operation } = difference;
    const fields = difference.drifted.map((field) => {
      const now = refreshed[field];
      const severity = severityOfField(kind, field, last[field], now, last);
      const conflict = difference.conflicts.includes(field);
      const values = { last: last[field], live: now, desired: desired?.inputs[field] };
      return this.list.toField(subject, field, values, secret, severity, conflict);
    });
    const severity = worstSeverity(fields.map((field) => field.severity));
    if (current.recreated) {
      this.list.add(subject, {
        case: "recreated",
        severity: severityOfRecreated(kind, [severity]),
        operation,
        fields,
        note: `Its id was ${entry.id}, and is ${current.id}.`,
      });
    } else if (fields.length > 0 && !entry.pendingDelete) {
      this.list.add(subject, { case: "drift", severity, operation, fields });
    }
  }

  /** What is declared, and not applied yet. */
  #classifyPending(
    subject: ComparedResource,
    current: CurrentState,
    { pending, operation }: ThreeWayDifference,
    { inputs, refusal }: DesiredInputs,
    secret: ReadonlySet<string>,
  ): void {
    const { kind, entry } = subject;
    if (!entry) return;
    const last = withDefaults(kind, entry.outputs);
    const refreshed = withDefaults(kind, current.outputs);
    const before = findRepeatedRequests(kind, current.outputs, inputs, pending);
    const fields = pending.map((field) => {
      const now = refreshed[field] ?? current.live[field];
      const severity = severityOfField(kind, field, inputs[field], now, inputs);
      const values = { last: last[field], live: now, desired: inputs[field] };
      return {
        ...this.list.toField(subject, field, values, secret, severity),
        ...(before.includes(field) ? { notApplied: true } : {}),
      };
    });
    if (fields.length === 0 && refusal === undefined) return;
    const note = [
      ...(refusal ? [`An apply would refuse it: ${refusal}.`] : []),
      ...(before.length > 0 ? [summarizeStillNotApplied(before)] : []),
    ];
    this.list.add(subject, {
      case: "pending",
      severity: worstSeverity([
        ...fields.map(({ severity }) => severity),
        ...(refusal ? ["medium" as const] : []),
      ]),
      operation,
      fields,
      note: note.length > 0 ? note.join("\n") : undefined,
    });
  }

  #classifyPendingDeletion(subject: ComparedResource, live: Properties, secret: ReadonlySet<string>): void {
    const { kind, entry } = subject;
    if (!entry) return;
    const last = withDefaults(kind, entry.outputs);
    const fields = listManagedFields(kind, entry.outputs).map((field) =>
      this.list.toField(subject, field, { last: last[field], live: live[field] }, secret, "low"),
    );
    const refusal = entry.protect || kind.refuseDelete?.(last) !== undefined;
    const note = entry.pendingDelete
      ? "It was replaced, and its deletion is pending."
      : refusal
        ? 'It is protected: an apply does not delete it until deletion: "allow" is set and applied.'
        : undefined;
    this.list.add(subject, {
      case: "pending",
      severity: severityOfExtra(kind, { ...last, ...live }),
      operation: "delete",
      fields,
      note,
    });
  }
}

/** The live values of the managed fields. */
function pickVisible(
  kind: Kind,
  live: Properties,
  managing: readonly Properties[],
  secret: ReadonlySet<string>,
): Record<string, unknown> {
  const fields = new Set(managing.flatMap((values) => listManagedFields(kind, withDefaults(kind, values))));
  return Object.fromEntries(
    [...fields].filter((field) => !secret.has(field)).map((field) => [field, live[field]]),
  );
}
