/** Turns what is known of each resource into findings. */
import { type DesiredResource, type DesiredStack, keyOf, type Position } from "../desired";
import type { Kind, Properties } from "../kinds/kind";
import { worstSeverity } from "../kinds/severity";
import { digestOf } from "../model/canonical";
import { check } from "../model/check";
import { toLocation } from "../model/location";
import { findRepeatedRequests, summarizeStillNotApplied } from "../model/notApplied";
import { secretFieldsIn } from "../model/secrets";
import { buildLink } from "../model/settingsPage";
import {
  severityOfExtra,
  severityOfField,
  severityOfMissing,
  severityOfRecreated,
  severityOfUncreated,
} from "../model/severity";
import { diffThreeWays, type ThreeWayDifference } from "../model/threeWay";
import { hasUnknown, unknownValue } from "../model/unknown";
import { listManagedFields, withDefaults, withoutDefaults } from "../model/values";
import { placesOf, type StateEntry } from "../plan";
import type { DesiredValues } from "./desired";
import type { ObservedObject } from "./fingerprint";
import type {
  DriftCase,
  DriftFinding,
  DriftOperation,
  FieldFinding,
  Severity,
  UndetectableField,
} from "./model";
import type { Observation } from "./observe";
import type { Places, ResourcePlace } from "./places";
import { toShownValues } from "./shownValue";

/** A resource with everything known of it. */
export interface ComparedResource {
  readonly key: string;
  readonly kind: Kind;
  readonly name: string;
  readonly resource?: DesiredResource | undefined;
  readonly desired?: DesiredValues | undefined;
  readonly entry?: StateEntry | undefined;
}

export function placeOf(places: Places, { resource, entry }: ComparedResource): ResourcePlace {
  if (resource) return places.ofDesired(resource);
  return entry ? places.ofState(entry) : { repositories: [] };
}

/** The parts of a finding. */
interface Classification {
  readonly case: DriftCase;
  readonly severity: Severity;
  readonly operation?: DriftOperation | undefined;
  readonly fields?: readonly FieldFinding[];
  readonly note?: string | undefined;
  readonly scopes?: readonly string[];
  readonly failed?: boolean;
  readonly wasReadable?: boolean;
  readonly within?: string | undefined;
}

interface ComparisonInput {
  readonly desired: DesiredStack;
  readonly state: readonly StateEntry[];
  readonly places: Places;
  /** The observations, by the keys of the resources. */
  readonly observations: ReadonlyMap<string, Observation>;
}

/** Builds findings from resources. */
export class FindingBuilder {
  readonly findings: DriftFinding[] = [];
  readonly undetectable: UndetectableField[] = [];
  readonly observed: ObservedObject[] = [];
  /** Whether some fields could not be read. */
  hasUnread = false;

  readonly #held: ReadonlyMap<string, StateEntry>;

  constructor(private readonly known: ComparisonInput) {
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
      this.#addFinding(subject, {
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
    this.#note(subject, difference, unread);
    this.#classify(subject, difference, desired, secret);
  }

  /** The inputs that the program would register, and the provider's reason to refuse them. */
  #desired(subject: ComparedResource): { inputs: Properties; refusal?: string | undefined } | undefined {
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
      this.#field(subject, field, { desired: inputs[field] }, secret, "low"),
    );
    this.#addFinding(subject, {
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
      this.#field(subject, field, { last: last[field], desired: inputs?.[field] }, secret, "low"),
    );
    const { owner } = this.known.places.ofDesired(resource);
    const above = owner === undefined ? undefined : this.known.observations.get(owner);
    const lost = above && ("gone" in above || ("current" in above && above.current.recreated));
    this.#addFinding(subject, {
      case: "deleted",
      severity: severityOfMissing(kind, withDefaults(kind, last)),
      operation: "create",
      fields,
      within:
        lost && owner !== undefined
          ? this.#idFor("gone" in above ? "deleted" : "recreated", owner)
          : undefined,
    });
  }

  #classify(
    subject: ComparedResource,
    difference: ThreeWayDifference,
    desired: { inputs: Properties; refusal?: string | undefined } | undefined,
    secret: ReadonlySet<string>,
  ): void {
    const { kind, entry, key } = subject;
    const seen = this.known.observations.get(key);
    if (!entry || !seen || !("current" in seen)) return;
    const { current } = seen;
    const last = withDefaults(kind, entry.outputs);
    const refreshed = withDefaults(kind, current.outputs);
    const { operation } = difference;
    const drifted = difference.drifted.map((field) => {
      const now = refreshed[field];
      const severity = severityOfField(kind, field, last[field], now, last);
      const conflict = difference.conflicts.includes(field);
      const values = { last: last[field], live: now, desired: desired?.inputs[field] };
      return this.#field(subject, field, values, secret, severity, conflict);
    });
    const severity = worstSeverity(drifted.map((field) => field.severity));
    if (current.recreated) {
      this.#addFinding(subject, {
        case: "recreated",
        severity: severityOfRecreated(kind, [severity]),
        operation,
        fields: drifted,
        note: `Its id was ${entry.id}, and is ${current.id}.`,
      });
    } else if (drifted.length > 0 && !entry.pendingDelete) {
      this.#addFinding(subject, { case: "drift", severity, operation, fields: drifted });
    }
    if (!desired) {
      this.#classifyPendingDeletion(subject, current.live, secret);
      return;
    }
    const before = findRepeatedRequests(kind, current.outputs, desired.inputs, difference.pending);
    const pending = difference.pending.map((field) => {
      const now = refreshed[field] ?? current.live[field];
      const severity = severityOfField(kind, field, desired.inputs[field], now, desired.inputs);
      const values = { last: last[field], live: now, desired: desired.inputs[field] };
      return {
        ...this.#field(subject, field, values, secret, severity),
        ...(before.includes(field) ? { notApplied: true } : {}),
      };
    });
    if (pending.length === 0 && desired.refusal === undefined) return;
    const note = [
      ...(desired.refusal ? [`An apply would refuse it: ${desired.refusal}.`] : []),
      ...(before.length > 0 ? [summarizeStillNotApplied(before)] : []),
    ];
    this.#addFinding(subject, {
      case: "pending",
      severity: worstSeverity([
        ...pending.map((field) => field.severity),
        ...(desired.refusal ? ["medium" as const] : []),
      ]),
      operation,
      fields: pending,
      note: note.length > 0 ? note.join("\n") : undefined,
    });
  }

  #classifyPendingDeletion(subject: ComparedResource, live: Properties, secret: ReadonlySet<string>): void {
    const { kind, entry } = subject;
    if (!entry) return;
    const last = withDefaults(kind, entry.outputs);
    const fields = listManagedFields(kind, entry.outputs).map((field) =>
      this.#field(subject, field, { last: last[field], live: live[field] }, secret, "low"),
    );
    const refusal = entry.protect || kind.refuseDelete?.(last) !== undefined;
    const note = entry.pendingDelete
      ? "It was replaced, and its deletion is pending."
      : refusal
        ? 'It is protected: an apply does not delete it until deletion: "allow" is set and applied.'
        : undefined;
    this.#addFinding(subject, {
      case: "pending",
      severity: severityOfExtra(kind, { ...last, ...live }),
      operation: "delete",
      fields,
      note,
    });
  }

  #note(
    subject: ComparedResource,
    { undetectable }: ThreeWayDifference,
    unread: ReadonlyMap<string, string>,
  ): void {
    const place = placeOf(this.known.places, subject);
    const reasons = new Map([...(subject.desired?.unknown ?? []), ...undetectable]);
    for (const [field, reason] of reasons) {
      const wasReadable = unread.has(field) ? { wasReadable: true } : {};
      this.undetectable.push({ ...names(subject, place), field, reason, ...wasReadable });
    }
  }

  #field(
    subject: ComparedResource,
    field: string,
    values: { last?: unknown; live?: unknown; desired?: unknown },
    secret: ReadonlySet<string>,
    severity: Severity,
    conflict = false,
  ): FieldFinding {
    const isSecret = secret.has(field);
    const known = Object.fromEntries(
      Object.entries(values).map(([name, value]) => [name, hasUnknown(value) ? "(not known)" : value]),
    );
    const { resource } = subject;
    return {
      field,
      ...toShownValues(known, isSecret),
      secret: isSecret,
      ...(conflict ? { conflict } : {}),
      severity,
      ...(resource && field in resource.args ? { position: placeIn(resource.positionOf([field])) } : {}),
    };
  }

  #addFinding(subject: ComparedResource, verdict: Classification): void {
    const { kind, resource, entry } = subject;
    const place = placeOf(this.known.places, subject);
    const { case: of, severity, operation, fields = [], note, scopes, failed, wasReadable, within } = verdict;
    const seen = this.known.observations.get(subject.key);
    const values = {
      ...entry?.outputs,
      ...(seen && "current" in seen ? seen.current.live : {}),
      ...resource?.args,
    };
    const at = toLocation(kind, { ...entry?.outputs });
    const said = {
      case: of,
      kind: kind.name,
      name: subject.name,
      operation,
      // Without its position in a file.
      fields: fields.map(({ field, last, live, desired }) => ({ field, last, live, desired })),
      note,
    };
    this.findings.push({
      id: this.#idFor(of, subject.key),
      fingerprint: digestOf(said),
      case: of,
      severity,
      ...names(subject, place),
      title: kind.title,
      ...(operation ? { operation } : {}),
      ...(within === undefined ? {} : { within }),
      fields: [...fields],
      ...(note === undefined ? {} : { note }),
      ...(scopes && scopes.length > 0 ? { scopes: [...scopes] } : {}),
      ...(failed ? { failed } : {}),
      ...(wasReadable ? { wasReadable } : {}),
      ...(resource ? { position: placeIn(resource.position) } : {}),
      ...this.#link(kind, place, { ...values, environment: at.environment }),
    });
  }

  #link(kind: Kind, place: ResourcePlace, values: Properties): { link?: string } {
    const { workspace } = this.known.desired;
    // An object that does not exist yet has no page.
    if (place.repository !== undefined && place.slug === undefined) return {};
    return { link: buildLink(kind, { workspace, project: place.project, repository: place.slug }, values) };
  }

  #idFor(of: DriftCase, key: string): string {
    return digestOf([of, key]).slice(0, 12);
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

function names({ kind, name }: ComparedResource, { project, repository }: ResourcePlace) {
  return {
    kind: kind.name,
    name,
    ...(project === undefined ? {} : { project }),
    ...(repository === undefined ? {} : { repository }),
  };
}

function placeIn({ file, line, column }: Position): { file: string; line: number; column: number } {
  return { file, line, column };
}
