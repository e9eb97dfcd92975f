/** Collects an operation's outcome from the engine's events. */
import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { maskedSecret } from "../errors";
import type { Kind, Properties } from "../kinds/kind";
import { digestOf } from "../model/canonical";
import { levelField } from "../model/level";
import { signature } from "../model/secrets";
import { isRemovalType, kindOfType, nameInType } from "../model/typeToken";
import { withoutDefaults } from "../model/values";
import {
  pointsToRefusal,
  removeIntroduction,
  tellsOfHost,
  tellsOfInterrupted,
  tellsOfNotReached,
} from "./hostWords";
import { keyInUrn, parseUrn } from "./urn";

/** An operation on one resource, performed or previewed. */
export interface ResourceChange {
  readonly operation: "create" | "adopt" | "update" | "replace" | "delete";
  readonly kind: string;
  readonly name: string;
  /** The provider's id, once it is known. */
  readonly id?: string | undefined;
  /** For an update, the changed fields. */
  readonly fields: readonly string[];
  /** Whether the state holds it, and somebody deleted it in Bitbucket: a create does not bring back what it contained. */
  readonly wasDeleted?: true | undefined;
  /** The live inputs, if the engine has read them. Secrets are masked. */
  readonly before?: Properties | undefined;
  /** The desired inputs, likewise. */
  readonly after?: Properties | undefined;
}

export interface EngineMessage {
  readonly severity: "info" | "warning" | "error";
  readonly text: string;
  /** `Repository api`, if it concerns one resource. */
  readonly about?: string | undefined;
}

export interface EventListener {
  /** Called for each resource that is done. */
  readonly onDone?: (() => void) | undefined;
  /** Called for each resource that a refresh has read. */
  readonly onRead?: (() => void) | undefined;
  /** Whether a step on a resource counts, by its URN. Default: all do. */
  readonly isCounted?: ((urn: string) => boolean) | undefined;
}

const properties = z.record(z.string(), z.unknown());

const stateOfStep = z
  .object({
    id: z.string().optional(),
    inputs: properties.nullish().transform((inputs) => inputs ?? {}),
  })
  .nullish()
  .transform((state) => state ?? undefined);

const resourceStep = z.object({
  urn: z.string(),
  type: z.string(),
  /** `same`, `create`, `update`, `delete`, … */
  op: z.string(),
  old: stateOfStep.optional(),
  new: stateOfStep.optional(),
});

/** A step of the engine on one resource, as far as it counts here. Secrets in inputs are marked as such. */
type ResourceStep = Readonly<z.output<typeof resourceStep>> & {
  /** Of a create: whether the object was deleted. Default: what a refresh has found. */
  readonly wasDeleted?: boolean | undefined;
};

const stepEvent = z.object({ planning: z.boolean().optional(), metadata: resourceStep }).optional();

/**
 * An event of the engine, as far as it counts here.
 * https://github.com/pulumi/pulumi/blob/master/sdk/go/common/apitype/events.go
 */
export const engineEventSchema = z.object({
  diagnosticEvent: z
    .object({
      severity: z.string(),
      message: z.string(),
      urn: z.string().optional(),
      ephemeral: z.boolean().optional(),
    })
    .optional(),
  resourcePreEvent: stepEvent,
  resOutputsEvent: stepEvent,
});
export type EngineEvent = z.output<typeof engineEventSchema>;

const operations: Readonly<Record<string, ResourceChange["operation"]>> = {
  create: "create",
  update: "update",
  replace: "replace",
  "create-replacement": "replace",
  delete: "delete",
};

/** The severities to show to users: the event log has "debug" as well. */
const severities: Readonly<Record<string, EngineMessage["severity"]>> = {
  info: "info",
  "info#err": "info",
  warning: "warning",
  error: "error",
};

/**
 * The engine's message, which continues with commands that remove the protection from the state and leave the
 * declaration unchanged.
 */
const refusesDeletion = /cannot be deleted\s+because it is protected/;
const howToDelete =
  'is protected from deletion. To delete it, set deletion: "allow" on it, or on the repository or project that ' +
  "it belongs to, apply that, and then remove it.";

/** Collects the engine's messages and changes of a run. */
export class EventLog {
  readonly #changes = new Map<string, ResourceChange>();
  readonly #same = new Set<string>();
  readonly #messages = new Map<string, EngineMessage>();
  readonly #live = new Map<string, string>();
  /** The URNs of what a refresh found gone. */
  readonly #gone = new Set<string>();
  #foundInterrupted = false;

  constructor(private readonly options: EventListener) {}

  take(event: EngineEvent): void {
    // The stack itself is refreshed as well, and is no resource of ours.
    const read = event.resOutputsEvent?.metadata;
    if (read?.op === "refresh" && nameInType(read.type) !== undefined) {
      this.options.onRead?.();
      if (!read.new) this.#gone.add(read.urn);
    }
    if (event.diagnosticEvent && !event.diagnosticEvent.ephemeral) {
      const { severity, message, urn } = event.diagnosticEvent;
      const known = severities[severity];
      if (known) this.addMessage(known, message, urn);
    }
    // A preview reports each step once; an apply reports when it is done.
    const step = event.resourcePreEvent?.planning ? event.resourcePreEvent : event.resOutputsEvent;
    if (step && (event.resourcePreEvent || !step.planning)) this.addStep(step.metadata);
    if (
      event.resourcePreEvent &&
      !event.resourcePreEvent.planning &&
      event.resourcePreEvent.metadata.op === "same"
    )
      this.addStep(event.resourcePreEvent.metadata);
  }

  get changes(): readonly ResourceChange[] {
    return [...this.#changes.values()];
  }

  get unchanged(): number {
    return [...this.#same].filter((urn) => !this.#changes.has(urn)).length;
  }

  get live(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#live].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** Whether the state holds operations of an earlier run whose outcome the engine does not know. */
  get foundInterrupted(): boolean {
    return this.#foundInterrupted;
  }

  /** Returns the messages; for a run that failed without an error among them, the engine's own output. */
  messagesOf(failure: string | undefined): readonly EngineMessage[] {
    const all = [...this.#messages.values()];
    const reasons = all.filter(({ text }) => !tellsOfNotReached(text));
    // What a failed run has not come to is told by the reason that it failed for.
    const messages = reasons.some(({ severity }) => severity === "error") ? reasons : all;
    if (failure === undefined || messages.some(({ severity }) => severity === "error")) return messages;
    return [...messages, { severity: "error", text: stripColors(failure) }];
  }

  /** Adds a step that is planned or done. */
  addStep(metadata: ResourceStep): void {
    const { urn, type, op } = metadata;
    const kind = nameInType(type);
    if (kind === undefined || this.options.isCounted?.(urn) === false) return;
    if (isRemovalType(type)) {
      this.#remove(urn, op);
      return;
    }
    const operation = operations[op];
    const { name } = parseUrn(urn);
    if ((operation || op === "same") && metadata.old)
      this.#live.set(
        `${kind} ${name}`,
        digestOf({ id: metadata.old.id, inputs: maskSecrets(metadata.old.inputs) }),
      );
    if (operation && !this.#changes.has(urn)) {
      const known = kindOfType(type);
      const before = metadata.old ? shownInputs(known, metadata.old.inputs) : undefined;
      const after = metadata.new ? shownInputs(known, metadata.new.inputs) : undefined;
      const fields = operation === "update" ? fieldsOf(before ?? {}, after ?? {}) : [];
      const id = metadata.new?.id || undefined;
      const left = operation === "delete" ? undefined : after;
      const wasDeleted = operation === "create" && (metadata.wasDeleted || this.#gone.has(urn));
      this.#changes.set(urn, {
        operation,
        kind,
        name,
        id,
        fields,
        before,
        after: left,
        ...(wasDeleted ? { wasDeleted } : {}),
      });
      this.options.onDone?.();
    } else if (op === "same" && !this.#same.has(urn)) {
      this.#same.add(urn);
      this.options.onDone?.();
    }
  }

  /** A removal exists to delete an unmanaged object: that is what counts, not its own deletion. */
  #remove(urn: string, op: string): void {
    if (this.#changes.has(urn) || (op !== "create" && op !== "update")) return;
    const [kind = "", ...name] = parseUrn(urn).name.split(" ");
    this.#changes.set(urn, { operation: "delete", kind, name: name.join(" "), fields: [] });
    this.options.onDone?.();
  }

  addMessage(severity: EngineMessage["severity"], message: string, urn?: string): void {
    const said = removeIntroduction(stripColors(message));
    const text = refusesDeletion.test(said) ? howToDelete : said;
    if (text === "" || /^update failed$|^preview failed$/.test(text)) return;
    if (tellsOfHost(text) || pointsToRefusal(text)) return;
    if (tellsOfInterrupted(text)) {
      this.#foundInterrupted = true;
      return;
    }
    const about = urn === undefined ? undefined : keyInUrn(urn);
    // Printed text arrives line by line.
    this.#messages.set(`${severity} ${about} ${text}`, { severity, text, about });
  }
}

/**
 * The inputs that an update changes. Secrets look alike in events: if nothing else differs, it is one of
 * them.
 */
function fieldsOf(before: Properties, after: Properties): string[] {
  const differing = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => !isDeepStrictEqual(before[field], after[field]),
  );
  if (differing.length > 0) return differing;
  return Object.keys(after).filter((field) => JSON.stringify(after[field]).includes(maskedSecret));
}

/** Only native resources state their defaults, and the level of their place: a stack that changes its front end changes none. */
function shownInputs(kind: Kind | undefined, inputs: Properties): Properties {
  const { [levelField]: _, ...masked } = maskSecrets(inputs);
  return kind ? withoutDefaults(kind, masked) : masked;
}

/** Returns the user's inputs, with secrets masked. */
function maskSecrets(inputs: Properties | undefined): Properties {
  return Object.fromEntries(
    Object.entries(inputs ?? {})
      .filter(([name]) => !name.startsWith("__"))
      .map(([name, value]) => [name, maskValue(value)]),
  );
}

function maskValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskValue);
  if (typeof value !== "object" || value === null) return value;
  if (signature in value) return maskedSecret;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, maskValue(held)]));
}

function stripColors(text: string): string {
  return text.replace(/<\{%.*?%\}>/g, "").trim();
}
