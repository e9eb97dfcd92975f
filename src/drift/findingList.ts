/** The findings of a comparison, as reports hold them. */
import type { DesiredResource, DesiredStack, Position } from "../desired";
import type { Kind, Properties } from "../kinds/kind";
import { digestOf } from "../model/canonical";
import { toLocation } from "../model/location";
import { buildLink } from "../model/settingsPage";
import type { ThreeWayDifference } from "../model/threeWay";
import { hasUnknown } from "../model/unknown";
import type { StateEntry } from "../plan";
import type { DesiredValues } from "./desired";
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

export class FindingList {
  readonly findings: DriftFinding[] = [];
  readonly undetectable: UndetectableField[] = [];

  constructor(private readonly known: Pick<ComparisonInput, "desired" | "places" | "observations">) {}

  addUndetectable(
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

  toField(
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

  add(subject: ComparedResource, verdict: Classification): void {
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
      id: idFor(of, subject.key),
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
}

export function idFor(of: DriftCase, key: string): string {
  return digestOf([of, key]).slice(0, 12);
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

export interface ComparisonInput {
  readonly desired: DesiredStack;
  readonly state: readonly StateEntry[];
  readonly places: Places;
  /** The observations, by the keys of the resources. */
  readonly observations: ReadonlyMap<string, Observation>;
}
