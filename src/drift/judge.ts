/** From what is known of each resource to findings. */
import { type DesiredResource, type DesiredStack, keyOf, type Position } from "../desired";
import type { Kind, Values } from "../kinds/kind";
import { worst } from "../kinds/severity";
import { digestOf } from "../model/canonical";
import { check } from "../model/check";
import { locationOf } from "../model/location";
import { askedForBefore, stillNotApplied } from "../model/notApplied";
import { secretFieldsIn } from "../model/secrets";
import { linkTo } from "../model/settingsPage";
import {
  severityOfExtra,
  severityOfField,
  severityOfMissing,
  severityOfRecreated,
  severityOfUncreated,
} from "../model/severity";
import { diffThreeWays, type ThreeWayDifference } from "../model/threeWay";
import { hasUnknown, unknownValue } from "../model/unknown";
import { complete, managedFields, withoutDefaults } from "../model/values";
import { placesOf, type StateResource } from "../plan";
import type { Observed } from "./fingerprint";
import type { Case, FieldFinding, Finding, Operation, Severity, Undetectable } from "./model";
import type { Seen } from "./observe";
import type { Placed, Places } from "./places";
import { shownBeside } from "./shown";
import type { Wanted } from "./wanted";

/** A resource with all that is known of it. */
export interface Subject {
  readonly key: string;
  readonly kind: Kind;
  readonly name: string;
  readonly resource?: DesiredResource | undefined;
  readonly wanted?: Wanted | undefined;
  readonly held?: StateResource | undefined;
}

export function placeOf(places: Places, { resource, held }: Subject): Placed {
  if (resource) return places.ofDesired(resource);
  return held ? places.ofState(held) : { repositories: [] };
}

/** What one finding is made of. */
interface Verdict {
  readonly case: Case;
  readonly severity: Severity;
  readonly operation?: Operation | undefined;
  readonly fields?: readonly FieldFinding[];
  readonly note?: string | undefined;
  readonly scopes?: readonly string[];
  readonly failed?: boolean;
  readonly wasReadable?: boolean;
  readonly within?: string | undefined;
}

export interface Known {
  readonly desired: DesiredStack;
  readonly state: readonly StateResource[];
  readonly places: Places;
  /** What was read, by the keys of the subjects. */
  readonly seen: ReadonlyMap<string, Seen>;
}

/** Makes findings of resources. */
export class Judge {
  readonly findings: Finding[] = [];
  readonly undetectable: Undetectable[] = [];
  readonly observed: Observed[] = [];
  /** Whether some fields could not be read. */
  unread = false;

  readonly #held: ReadonlyMap<string, StateResource>;

  constructor(private readonly known: Known) {
    this.#held = new Map(
      known.state.filter(({ condemned }) => !condemned).map((resource) => [keyOf(resource), resource]),
    );
  }

  take(subject: Subject): void {
    const { key, kind, held } = subject;
    const desired = this.#desired(subject);
    if (!held) {
      this.#uncreated(subject, desired?.inputs ?? {});
      return;
    }
    const seen = this.known.seen.get(key);
    if (!seen) return;
    if ("reason" in seen) {
      this.observed.push({ key, unreadable: true });
      const { reason: note, scopes, failed } = seen;
      this.#add(subject, { case: "unreadable", severity: "medium", note, scopes, failed, wasReadable: true });
      return;
    }
    if ("gone" in seen) {
      this.observed.push({ key });
      this.#gone(subject, desired?.inputs);
      return;
    }
    const { current, unread } = seen;
    // It is the one that has replaced it.
    if (held.condemned && current.recreated) return;
    this.unread ||= unread.size > 0;
    const secret = this.#secret(subject, current.live, desired?.inputs ?? {});
    this.observed.push({
      key,
      id: current.id,
      values: visible(kind, current.live, [held.outputs, desired?.inputs ?? {}], secret),
    });
    const difference = diffThreeWays({
      kind,
      last: held.outputs,
      refreshed: current.outputs,
      live: current.live,
      desired: desired?.inputs,
      unread,
    });
    this.#note(subject, difference, unread);
    this.#there(subject, difference, desired, secret);
  }

  /** The inputs that the program would register, and what the provider would say against them. */
  #desired(subject: Subject): { inputs: Values; refusal?: string | undefined } | undefined {
    const { kind, resource, wanted, key } = subject;
    if (!resource || !wanted) return undefined;
    const seen = this.known.seen.get(key);
    const previous = seen && "current" in seen ? withoutDefaults(kind, seen.current.inputs) : {};
    const { inputs, issues } = check(kind, previous, { ...this.#location(resource, seen), ...wanted.args });
    const refusal = issues.map(({ path, message }) => [path.join("."), message].join(" ")).join(", ");
    return { inputs, ...(refusal === "" ? {} : { refusal }) };
  }

  /** Where the program would say that it is: an id that is not known yet stays open. */
  #location(resource: DesiredResource, seen: Seen | undefined): Values {
    // It is the same workspace, however it is written.
    const now = seen && "current" in seen ? seen.current.outputs.workspace : undefined;
    const workspace = typeof now === "string" ? now : this.known.desired.workspace;
    return placesOf(resource, workspace, (owner) => this.#idOf(keyOf(owner)) ?? unknownValue);
  }

  #idOf(key: string): string | undefined {
    const seen = this.known.seen.get(key);
    if (seen && "current" in seen) return seen.current.id;
    if (seen && "gone" in seen) return undefined;
    return this.#held.get(key)?.id;
  }

  #secret({ kind, held, wanted }: Subject, live: Values, desired: Values): ReadonlySet<string> {
    const secret = secretFieldsIn(kind, complete(kind, held?.outputs ?? {}), live, desired);
    return new Set([...secret, ...(wanted?.hidden ?? [])]);
  }

  #uncreated(subject: Subject, inputs: Values): void {
    const { kind, wanted } = subject;
    const secret = this.#secret(subject, {}, inputs);
    const fields = managedFields(kind, wanted?.args ?? {}).map((field) =>
      this.#field(subject, field, { desired: inputs[field] }, secret, "low"),
    );
    this.#add(subject, {
      case: "pending",
      severity: severityOfUncreated(kind, inputs),
      operation: "create",
      fields,
    });
  }

  #gone(subject: Subject, inputs: Values | undefined): void {
    const { kind, held, resource } = subject;
    // Nothing is left to do about what is wanted no more.
    if (!held || !resource) return;
    const last = held.outputs;
    const secret = this.#secret(subject, {}, inputs ?? {});
    const fields = managedFields(kind, last).map((field) =>
      this.#field(subject, field, { last: last[field], desired: inputs?.[field] }, secret, "low"),
    );
    const { owner } = this.known.places.ofDesired(resource);
    const above = owner === undefined ? undefined : this.known.seen.get(owner);
    const lost = above && ("gone" in above || ("current" in above && above.current.recreated));
    this.#add(subject, {
      case: "deleted",
      severity: severityOfMissing(kind, complete(kind, last)),
      operation: "create",
      fields,
      within:
        lost && owner !== undefined
          ? this.#idFor("gone" in above ? "deleted" : "recreated", owner)
          : undefined,
    });
  }

  #there(
    subject: Subject,
    difference: ThreeWayDifference,
    desired: { inputs: Values; refusal?: string | undefined } | undefined,
    secret: ReadonlySet<string>,
  ): void {
    const { kind, held, key } = subject;
    const seen = this.known.seen.get(key);
    if (!held || !seen || !("current" in seen)) return;
    const { current } = seen;
    const last = complete(kind, held.outputs);
    const refreshed = complete(kind, current.outputs);
    const { operation } = difference;
    const drifted = difference.drifted.map((field) => {
      const now = refreshed[field];
      const severity = severityOfField(kind, field, last[field], now, last);
      const conflict = difference.conflicts.includes(field);
      const values = { last: last[field], live: now, desired: desired?.inputs[field] };
      return this.#field(subject, field, values, secret, severity, conflict);
    });
    const severity = worst(drifted.map((field) => field.severity));
    if (current.recreated) {
      this.#add(subject, {
        case: "recreated",
        severity: severityOfRecreated(kind, [severity]),
        operation,
        fields: drifted,
        note: `Its id was ${held.id}, and is ${current.id}.`,
      });
    } else if (drifted.length > 0 && !held.condemned) {
      this.#add(subject, { case: "drift", severity, operation, fields: drifted });
    }
    if (!desired) {
      this.#toDelete(subject, current.live, secret);
      return;
    }
    const before = askedForBefore(kind, current.outputs, desired.inputs, difference.pending);
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
      ...(before.length > 0 ? [stillNotApplied(before)] : []),
    ];
    this.#add(subject, {
      case: "pending",
      severity: worst([
        ...pending.map((field) => field.severity),
        ...(desired.refusal ? ["medium" as const] : []),
      ]),
      operation,
      fields: pending,
      note: note.length > 0 ? note.join("\n") : undefined,
    });
  }

  #toDelete(subject: Subject, live: Values, secret: ReadonlySet<string>): void {
    const { kind, held } = subject;
    if (!held) return;
    const last = complete(kind, held.outputs);
    const fields = managedFields(kind, held.outputs).map((field) =>
      this.#field(subject, field, { last: last[field], live: live[field] }, secret, "low"),
    );
    const refusal = held.protect || kind.refuseDelete?.(last) !== undefined;
    const note = held.condemned
      ? "It was replaced by another, and is still to be deleted."
      : refusal
        ? 'It is protected: an apply refuses to delete it until deletion: "allow" was written for it and applied.'
        : undefined;
    this.#add(subject, {
      case: "pending",
      severity: severityOfExtra(kind, { ...last, ...live }),
      operation: "delete",
      fields,
      note,
    });
  }

  #note(subject: Subject, { undetectable }: ThreeWayDifference, unread: ReadonlyMap<string, string>): void {
    const place = placeOf(this.known.places, subject);
    const reasons = new Map([...(subject.wanted?.unknown ?? []), ...undetectable]);
    for (const [field, reason] of reasons) {
      const wasReadable = unread.has(field) ? { wasReadable: true } : {};
      this.undetectable.push({ ...names(subject, place), field, reason, ...wasReadable });
    }
  }

  #field(
    subject: Subject,
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
      ...shownBeside(known, isSecret),
      secret: isSecret,
      ...(conflict ? { conflict } : {}),
      severity,
      ...(resource && field in resource.args ? { position: placeIn(resource.positionOf([field])) } : {}),
    };
  }

  #add(subject: Subject, verdict: Verdict): void {
    const { kind, resource, held } = subject;
    const place = placeOf(this.known.places, subject);
    const { case: of, severity, operation, fields = [], note, scopes, failed, wasReadable, within } = verdict;
    const seen = this.known.seen.get(subject.key);
    const values = {
      ...held?.outputs,
      ...(seen && "current" in seen ? seen.current.live : {}),
      ...resource?.args,
    };
    const at = locationOf(kind, { ...held?.outputs });
    const said = {
      case: of,
      kind: kind.name,
      name: subject.name,
      operation,
      fields: fields.map(saying),
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

  #link(kind: Kind, place: Placed, values: Values): { link?: string } {
    const { workspace } = this.known.desired;
    // What is still to be made has no page.
    if (place.repository !== undefined && place.slug === undefined) return {};
    return { link: linkTo(kind, { workspace, project: place.project, repository: place.slug }, values) };
  }

  #idFor(of: Case, key: string): string {
    return digestOf([of, key]).slice(0, 12);
  }
}

/** The live values of the managed fields. */
function visible(
  kind: Kind,
  live: Values,
  managing: readonly Values[],
  secret: ReadonlySet<string>,
): Record<string, unknown> {
  const fields = new Set(managing.flatMap((values) => managedFields(kind, complete(kind, values))));
  return Object.fromEntries(
    [...fields].filter((field) => !secret.has(field)).map((field) => [field, live[field]]),
  );
}

/** What of a field's finding has a part in its fingerprint: not where it stands in a file. */
function saying({ field, last, live, desired }: FieldFinding): unknown {
  return { field, last, live, desired };
}

function names({ kind, name }: Subject, { project, repository }: Placed) {
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
