/** Operations of the engine on one Pulumi stack, through Pulumi's Automation API, and what its events say. */
import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import { type EngineEvent, LocalWorkspace, type PulumiCommand, Stack } from "@pulumi/pulumi/automation";
import { kinds } from "../kinds";
import type { Values } from "../kinds/kind";
import { adoptedIn, isToBeAdopted } from "../model/adoption";
import { describe } from "../model/describe";
import { isSaidAgain } from "../model/notApplied";
import { signature } from "../model/secrets";
import { removalType, typePrefix } from "../model/typeToken";
import { complete } from "../model/values";

export type Operation = "up" | "preview" | "destroy";

/** What is done, or would be done, to one resource. */
export interface Change {
  readonly operation: "create" | "adopt" | "update" | "replace" | "delete";
  readonly kind: string;
  readonly name: string;
  /** Of an update, the fields. */
  readonly fields: readonly string[];
  /** The inputs as they are live, where the engine has looked. Secrets are masked. */
  readonly before?: Values | undefined;
  /** The inputs that are wanted, likewise. */
  readonly after?: Values | undefined;
}

/** What stands in the place of a secret. */
export const maskedSecret = "[secret]";

export interface Message {
  readonly severity: "info" | "warning" | "error";
  readonly text: string;
  /** `Repository api`, where it is about one resource. */
  readonly about?: string | undefined;
}

export interface Outcome {
  /** The name of the Pulumi stack. */
  readonly stack: string;
  readonly succeeded: boolean;
  readonly changes: readonly Change[];
  readonly unchanged: number;
  readonly messages: readonly Message[];
  readonly seconds: number;
  /** For each resource that the state holds, by `Repository api`, a digest of what it is live: ids and inputs. */
  readonly live: Readonly<Record<string, string>>;
}

export interface OperateOptions {
  /** The folder of Pulumi.yaml. */
  readonly root: string;
  readonly pulumi: PulumiCommand;
  readonly env: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal | undefined;
  /** Hears of each resource that is done. */
  readonly onDone?: (() => void) | undefined;
  /** Hears of each resource that a refresh has read. */
  readonly onRead?: (() => void) | undefined;
  /** Steps at once in the engine. */
  readonly parallel?: number | undefined;
  /**
   * The file of the engine's own update plan: a preview writes it, and an apply is held to it: a step that is not in it
   * is refused. https://www.pulumi.com/docs/iac/concepts/update-plans/
   */
  readonly plan?: string | undefined;
}

/** A workspace that leaves the user's selected stack alone: the Automation API would select each stack that it uses. */
export async function workspaceIn({ root, pulumi, env }: OperateOptions): Promise<LocalWorkspace> {
  const workspace = await LocalWorkspace.create({
    workDir: root,
    pulumiCommand: pulumi,
    envVars: { ...env },
  });
  return Object.assign(workspace, { selectStack: async () => {} });
}

/** Runs one operation to its end. A failure is an outcome; it does not throw. */
export async function operate(name: string, operation: Operation, options: OperateOptions): Promise<Outcome> {
  const began = Date.now();
  const events = new Events(options);
  let failure: string | undefined;
  try {
    const stack = await Stack.select(name, await workspaceIn(options));
    const settings = {
      onEvent: (event: EngineEvent) => events.take(event),
      color: "never" as const,
      ...(options.signal ? { signal: options.signal } : {}),
      ...(options.parallel === undefined ? {} : { parallel: options.parallel }),
      ...(options.plan === undefined || operation === "destroy" ? {} : { plan: options.plan }),
    };
    if (operation === "up") await stack.up(settings);
    else if (operation === "preview") await stack.preview(settings);
    else await stack.destroy(settings);
  } catch (error) {
    failure = error instanceof Error ? error.message : String(error);
  }
  return {
    stack: name,
    succeeded: failure === undefined,
    changes: events.changes,
    unchanged: events.unchanged,
    messages: events.messagesOf(failure),
    live: events.live,
    seconds: (Date.now() - began) / 1000,
  };
}

type Metadata = NonNullable<EngineEvent["resourcePreEvent"]>["metadata"];

const operations: Readonly<Record<string, Change["operation"]>> = {
  create: "create",
  update: "update",
  replace: "replace",
  "create-replacement": "replace",
  delete: "delete",
};

/** Those that a user is to see: the event log has "debug" as well. */
const severities: Readonly<Record<string, Message["severity"]>> = {
  info: "info",
  "info#err": "info",
  warning: "warning",
  error: "error",
};

/** The engine's words, which go on with commands that take a protection off the state and leave the YAML as it is. */
const refusesDeletion = /cannot be deleted\s+because it is protected/;
const howToDelete =
  'is protected from deletion. If it shall go, write deletion: "allow" for it, or for the repository or project that ' +
  "it belongs to, apply that, and then take it out of the YAML.";

/** Collects what the engine says of a run. */
class Events {
  readonly #changes = new Map<string, Change>();
  readonly #same = new Set<string>();
  readonly #messages = new Map<string, Message>();
  /** What was made, as the provider describes it: by that it says what it did not make, but adopted. */
  readonly #described = new Map<string, string>();
  readonly #adopted = new Set<string>();
  /** What a preview says it of, by kind and name. */
  readonly #toBeAdopted = new Set<string>();
  readonly #live = new Map<string, string>();

  constructor(private readonly options: Pick<OperateOptions, "onDone" | "onRead">) {}

  take(event: EngineEvent): void {
    if (event.resOutputsEvent?.metadata.op === "refresh") this.options.onRead?.();
    if (event.diagnosticEvent && !event.diagnosticEvent.ephemeral) {
      const { severity, message, urn } = event.diagnosticEvent;
      const known = severities[severity];
      if (known) this.#say(known, message, urn);
    }
    // A preview tells of each step once; an apply tells when it is done.
    const step = event.resourcePreEvent?.planning ? event.resourcePreEvent : event.resOutputsEvent;
    if (step && (event.resourcePreEvent || !step.planning)) this.#step(step.metadata);
    if (
      event.resourcePreEvent &&
      !event.resourcePreEvent.planning &&
      event.resourcePreEvent.metadata.op === "same"
    )
      this.#step(event.resourcePreEvent.metadata);
  }

  get changes(): readonly Change[] {
    return [...this.#changes].map(([urn, change]) =>
      change.operation === "create" &&
      (this.#adopted.has(this.#described.get(urn) ?? "") ||
        this.#toBeAdopted.has(`${change.kind} ${change.name}`))
        ? { ...change, operation: "adopt" }
        : change,
    );
  }

  get unchanged(): number {
    return [...this.#same].filter((urn) => !this.#changes.has(urn)).length;
  }

  get live(): Readonly<Record<string, string>> {
    return Object.fromEntries([...this.#live].sort(([a], [b]) => (a < b ? -1 : 1)));
  }

  /** What was said; of a run that failed without an error among it, the engine's own output. */
  messagesOf(failure: string | undefined): readonly Message[] {
    const all = [...this.#messages.values()];
    const texts = all.map(({ text }) => text);
    const messages = all.filter(({ text }) => !isSaidAgain(text, texts));
    if (failure === undefined || messages.some(({ severity }) => severity === "error")) return messages;
    return [...messages, { severity: "error", text: plain(failure) }];
  }

  #step(metadata: Metadata): void {
    const { urn, type, op } = metadata;
    if (!type.startsWith(typePrefix)) return;
    if (type === removalType) {
      this.#remove(urn, op);
      return;
    }
    const operation = operations[op];
    const [kind, name] = [type.slice(typePrefix.length), nameIn(urn)];
    if ((operation || op === "same") && metadata.old)
      this.#live.set(
        `${kind} ${name}`,
        digestOf({ id: metadata.old.id, inputs: masked(metadata.old.inputs) }),
      );
    if (operation && !this.#changes.has(urn)) {
      const fields = operation === "update" ? fieldsOf(metadata) : [];
      const before = metadata.old && masked(metadata.old.inputs);
      const after = operation === "delete" || !metadata.new ? undefined : masked(metadata.new.inputs);
      this.#changes.set(urn, { operation, kind, name, fields, before, after });
      if (operation === "create") this.#described.set(urn, descriptionOf(kind, metadata));
      this.options.onDone?.();
    } else if (op === "same" && !this.#same.has(urn)) {
      this.#same.add(urn);
      this.options.onDone?.();
    }
  }

  /** A removal is made to delete something else: that is what counts. Its own going is nothing. */
  #remove(urn: string, op: string): void {
    if (this.#changes.has(urn) || (op !== "create" && op !== "update")) return;
    const [kind = "", ...name] = nameIn(urn).split(" ");
    this.#changes.set(urn, { operation: "delete", kind, name: name.join(" "), fields: [] });
    this.options.onDone?.();
  }

  #say(severity: Message["severity"], message: string, urn: string | undefined): void {
    const said = plain(message);
    const text = refusesDeletion.test(said) ? howToDelete : said;
    if (text === "" || /^update failed$|^preview failed$/.test(text)) return;
    for (const line of text.split("\n")) {
      const adopted = adoptedIn(line);
      if (adopted !== undefined) this.#adopted.add(adopted);
    }
    const about =
      urn?.includes(`::${typePrefix}`) || urn?.includes(`$${typePrefix}`) ? aboutIn(urn) : undefined;
    if (about !== undefined && isToBeAdopted(text)) this.#toBeAdopted.add(about);
    // Printed text comes in pieces, a line each.
    this.#messages.set(`${severity} ${about} ${text}`, { severity, text, about });
  }
}

function descriptionOf(name: string, { new: made }: Metadata): string {
  const kind = kinds.find((known) => known.name === name);
  return kind && made ? describe(kind, complete(kind, made.inputs)) : "";
}

/** The inputs that an update changes. Secrets look alike in events: where nothing else differs, it is one of them. */
function fieldsOf({ old, new: wanted }: Metadata): string[] {
  const before = masked(old?.inputs);
  const after = masked(wanted?.inputs);
  const differing = [...new Set([...Object.keys(before), ...Object.keys(after)])].filter(
    (field) => !isDeepStrictEqual(before[field], after[field]),
  );
  if (differing.length > 0) return differing;
  return Object.keys(after).filter((field) => JSON.stringify(after[field]).includes(maskedSecret));
}

/** By which the engine marks a secret in what it tells. */

/** Inputs without what is not the user's, and without secrets. */
function masked(inputs: Values | undefined): Values {
  return Object.fromEntries(
    Object.entries(inputs ?? {})
      .filter(([name]) => !name.startsWith("__"))
      .map(([name, value]) => [name, maskedValue(value)]),
  );
}

function maskedValue(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(maskedValue);
  if (typeof value !== "object" || value === null) return value;
  if (signature in value) return maskedSecret;
  return Object.fromEntries(Object.entries(value).map(([name, held]) => [name, maskedValue(held)]));
}

function digestOf(value: unknown): string {
  const sorted = JSON.stringify(value, (_name, held: unknown) =>
    typeof held === "object" && held !== null && !Array.isArray(held)
      ? Object.fromEntries(Object.entries(held).sort(([a], [b]) => (a < b ? -1 : 1)))
      : held,
  );
  return createHash("sha256").update(sorted).digest("hex").slice(0, 32);
}

function nameIn(urn: string): string {
  return urn.split("::").slice(3).join("::");
}

function aboutIn(urn: string): string {
  const type = urn.split("::")[2]?.split("$").at(-1) ?? "";
  return `${type.slice(typePrefix.length)} ${nameIn(urn)}`;
}

/** Without the engine's marks for colours. */
function plain(text: string): string {
  return text.replace(/<\{%.*?%\}>/g, "").trim();
}
