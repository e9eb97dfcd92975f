/** From a kind to its resource class, for people's own Pulumi programs and for the one that runs YAML. */
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { environment } from "../environment";
import {
  defaultsOf,
  type Kind,
  metaOf,
  type ParentName,
  type Properties,
  secretFieldsOf,
} from "../kinds/kind";
import { checkLevel, levelField, levelsOf } from "../model/level";
import { providerKey, providerText } from "../model/providerText";
import { type FrontEnd, tokenOf } from "../model/typeToken";
import { watchProgram } from "../programEnd";
import { stackConfig } from "../programEnd/config";
import { exitWhenProgramEngineDies } from "../provider/orphan";
import { refuseVerboseLog } from "../provider/verbose";
import { registerLean } from "./leanRegistration";

exitWhenProgramEngineDies(engineAddress());

/** The engine's address. The program's arguments hold it no more when the program is loaded. */
function engineAddress(): string | undefined {
  const engine = pulumi.runtime.getEngine() as { getChannel?: () => { getTarget: () => string } } | undefined;
  // Such as `dns:127.0.0.1:1234`.
  return engine
    ?.getChannel?.()
    .getTarget()
    .replace(/^\w+:(?=.*:\d+$)/, "");
}

let isChecked = false;

/** Stops a program before its first resource, where the engine would write its secrets into the log of a pipeline. */
function keepFromVerboseLog(): void {
  if (isChecked) return;
  isChecked = true;
  // Outside of a run there is nothing to check.
  if (pulumi.runtime.getEngine() === undefined) return;
  refuseVerboseLog();
}

/** A value that may be an output of another resource, or hold some. */
export type Deep<Value> = pulumi.Input<
  Value extends readonly (infer Item)[]
    ? Deep<Item>[]
    : Value extends object
      ? { [Key in keyof Value]: Deep<Value[Key]> }
      : Value
>;

type Inputs<Shape> = { [Key in keyof Shape]: Shape[Key] | Deep<Exclude<Shape[Key], undefined>> };

/** Where the object lives. */
export type LocationArgs = {
  /** What it belongs to, to say in a program that nothing was forgotten: only of kinds that may belong to the workspace. */
  level?: "workspace" | "repository" | "environment";
} & {
  /** The workspace's slug or UUID. Left out: `bitbucket:workspace` of the stack, or `BITBUCKET_WORKSPACE`. */
  [Name in ParentName]?: pulumi.Input<string>;
};

/** The args of a kind's class. */
export type ArgsOf<K extends Kind> = Inputs<z.input<K["args"]>> &
  Omit<LocationArgs, keyof z.input<K["args"]>>;

/** The properties of a kind's resource. A field that was left to the server is undefined, but for those of the outputs. */
export type ResourceOf<K extends Kind> = pulumi.CustomResource & {
  readonly [Name in keyof z.output<K["outputs"]>]: pulumi.Output<z.output<K["outputs"]>[Name]>;
} & {
  readonly [Name in Exclude<keyof z.output<K["args"]>, keyof z.output<K["outputs"]>>]: pulumi.Output<
    z.output<K["args"]>[Name]
  >;
};

export interface ResourceClass<K extends Kind> {
  new (name: string, args: ArgsOf<K>, options?: pulumi.CustomResourceOptions): ResourceOf<K>;
  /** Whether an object is a resource of this class, even one of another copy of this package. */
  isInstance(object: unknown): object is ResourceOf<K>;
}

/** Resources that are protected for what `deletion` says of them, and not because a program's author said so. */
const guarded = new WeakSet<pulumi.Resource>();

/**
 * The engine refuses in the preview what the provider would refuse in the middle of an apply. It would protect all that
 * is below a protected resource as well: then a webhook could not be deleted that is in a repository which must not be.
 *
 * What goes with its owner takes no request, but the engine's `deletedWith` does not say that: with it, the engine
 * would take such a resource out of the state without asking the provider, and before the owner's deletion is refused.
 */
function lifecycle(refuses: boolean, parent: pulumi.Resource | undefined): pulumi.CustomResourceOptions {
  if (refuses) return { protect: true };
  return parent && guarded.has(parent) ? { protect: false } : {};
}

function isProtected(resource: pulumi.Resource | undefined): boolean {
  return (resource as { readonly __protect?: boolean } | undefined)?.__protect === true;
}

// Also a program whose list came out empty, and that makes none of them, is looked at.
watchProgram();

/** The resource class of a kind. */
export function resourceClass<K extends Kind>(kind: K, frontEnd: FrontEnd = "dynamic"): ResourceClass<K> {
  const type = tokenOf(kind, frontEnd);
  const Class = class extends pulumi.CustomResource {
    constructor(name: string, given: Properties, options: pulumi.CustomResourceOptions = {}) {
      keepFromVerboseLog();
      const { [levelField]: level, ...rest } = given;
      const args: Properties = { ...rest, ...definedPlaces(kind, name, given, options.parent) };
      const secrets = secretFieldsOf(kind, args).filter((field) => args[field] !== undefined);
      const secretOutputs = Object.keys(kind.outputs.shape).filter(
        (field) => metaOf(kind.outputs.shape[field] as z.ZodType).secret,
      );
      const derived = kind.derived ?? {};
      const outputs = Object.keys(kind.outputs.shape).filter(
        (field) => !(field in args) && !(field in derived),
      );
      const refuses = kind.refuseDelete?.(args) !== undefined;
      watchProgram();
      registerLean();
      const restore = hideStackTraces();
      try {
        super(
          type,
          name,
          {
            ...Object.fromEntries(
              [...Object.keys(kind.args.shape), ...outputs].map((field) => [field, undefined]),
            ),
            ...args,
            ...Object.fromEntries(secrets.map((field) => [field, pulumi.secret(args[field])])),
            ...(kind.parents.includes("account") ? {} : { workspace: args.workspace ?? defaultWorkspace() }),
            ...(frontEnd === "native" ? { [levelField]: level } : { [providerKey]: providerText(kind) }),
          },
          {
            ...lifecycle(refuses, options.parent),
            ...options,
            additionalSecretOutputs: [
              ...new Set([...(options.additionalSecretOutputs ?? []), ...secrets, ...secretOutputs]),
            ],
          },
        );
      } finally {
        restore();
      }
      if (refuses && options.protect === undefined && !isProtected(options.parent)) guarded.add(this);
      this.#fill();
    }

    /** What the state leaves out: defaults, and outputs that follow from the others. */
    #fill(): void {
      const held = this as unknown as Record<string, pulumi.Output<unknown> | undefined>;
      for (const [field, value] of Object.entries(defaultsOf(kind)))
        held[field] = held[field]?.apply((found) => found ?? value);
      const kept = Object.keys(kind.outputs.shape).filter((name) => !kind.derived?.[name]);
      const sources = pulumi.all([
        this.id,
        pulumi.all(Object.fromEntries(kept.map((name) => [name, held[name]]))),
      ]);
      for (const [name, derive] of Object.entries(kind.derived ?? {})) {
        held[name] = sources.apply(([id, outputs]) => derive(id, outputs as Properties));
      }
    }

    static override isInstance(object: unknown): object is pulumi.CustomResource {
      return (
        pulumi.CustomResource.isInstance(object) &&
        (object as { __pulumiType?: string }).__pulumiType === type
      );
    }
  };
  Object.defineProperty(Class, "name", { value: kind.name });
  return Class as unknown as ResourceClass<K>;
}

/**
 * The places of a resource that can be in the workspace as well as in something in it. One that is named and comes out as
 * undefined would put it into the wrong place.
 */
function definedPlaces(
  kind: Kind,
  name: string,
  args: Properties,
  parent: pulumi.Resource | undefined,
): Readonly<Record<string, pulumi.Output<unknown>>> {
  const levels = levelsOf(kind);
  const [issue] = args[levelField] === undefined ? [] : checkLevel(kind, args);
  if (issue) throw new pulumi.RunError(`${kind.name} "${name}": ${issue.path.join(".")} ${issue.message}.`);
  const guarded: Record<string, pulumi.Output<unknown>> = {};
  for (const place of levels.filter((one) => one !== "workspace" && one in args)) {
    const value = args[place];
    const lost = () =>
      new pulumi.RunError(
        `${kind.name} "${name}": ${place} is undefined, so that it would be one of the ${levels[levels.indexOf(place) + 1]}. ` +
          `Check what it refers to; if it is meant to have none, leave ${place} out.`,
      );
    if (value === undefined) {
      if (args[levelField] === undefined) throw lost();
      continue;
    }
    // An id is never undefined.
    if (!pulumi.Output.isInstance(value) || value === (parent as pulumi.CustomResource | undefined)?.id)
      continue;
    guarded[place] = value.apply((found: unknown) => {
      if (found === undefined || found === null) throw lost();
      return found;
    });
  }
  return guarded;
}

/**
 * The SDK records a whole stack trace in the state of every resource: some 700 bytes, with the paths of the machine.
 * While a resource is registered, stack traces are empty.
 */
function hideStackTraces(): () => void {
  const prepare = Error.prepareStackTrace;
  Error.prepareStackTrace = () => "";
  return () => {
    if (prepare) Error.prepareStackTrace = prepare;
    else Reflect.deleteProperty(Error, "prepareStackTrace");
  };
}

function defaultWorkspace(): string | undefined {
  return stackConfig("workspace") ?? environment().BITBUCKET_WORKSPACE;
}
