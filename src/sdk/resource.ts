/** The base of the resource classes, for users' own Pulumi programs and for the one that runs YAML. */
import * as pulumi from "@pulumi/pulumi";
import type { z } from "zod";
import { kinds } from "../kinds";
import { defaultsOf, type Kind, metaOf, type Properties, secretFieldsOf } from "../kinds/kind";
import { checkLevel, levelField, levelsOf } from "../model/level";
import { providerKey, providerText } from "../model/providerText";
import { nameInType, tokenOf } from "../model/typeToken";
import { watchProgram } from "../programEnd";
import { silenceDebugMessages } from "../provider/debugMessages";
import { lookupText } from "../provider/lookup";
import { exitWhenProgramEngineDies } from "../provider/orphan";
import { refuseVerboseLog } from "../provider/verbose";
import { registerLean } from "./leanRegistration";
import { defaultWorkspace } from "./workspace";

exitWhenProgramEngineDies(engineAddress());
silenceDebugMessages();

/** The engine's address. It is no longer in the program's arguments when the program is loaded. */
function engineAddress(): string | undefined {
  const engine = pulumi.runtime.getEngine() as { getChannel?: () => { getTarget: () => string } } | undefined;
  // Such as `dns:127.0.0.1:1234`.
  return engine
    ?.getChannel?.()
    .getTarget()
    .replace(/^\w+:(?=.*:\d+$)/, "");
}

let isChecked = false;

/**
 * Stops a program before its first resource if the engine would write its secrets into the log of a pipeline.
 */
function keepFromVerboseLog(): void {
  if (isChecked) return;
  isChecked = true;
  // Outside of a run there is nothing to check.
  if (pulumi.runtime.getEngine() === undefined) return;
  refuseVerboseLog();
}

/** Resources that are protected because of their `deletion`, and not because a program's author said so. */
const guarded = new WeakSet<pulumi.Resource>();

/**
 * Lets the engine refuse in the preview what the provider would refuse in the middle of an apply. The engine
 * would protect everything below a protected resource as well: then a webhook could not be deleted in a
 * repository that must not be.
 *
 * A member that is deleted with its owner takes no request, but the engine's `deletedWith` does not express
 * that: with it, the engine would remove such a resource from the state without asking the provider, and
 * before the owner's deletion is refused.
 */
function lifecycle(refuses: boolean, parent: pulumi.Resource | undefined): pulumi.CustomResourceOptions {
  if (refuses) return { protect: true };
  return parent && guarded.has(parent) ? { protect: false } : {};
}

function isProtected(resource: pulumi.Resource | undefined): boolean {
  return (resource as { readonly __protect?: boolean } | undefined)?.__protect === true;
}

// A program whose list is empty, and which creates none of them, is checked as well.
watchProgram();

/** The common base of all kinds' classes. Its types are published and refer to neither kinds nor schemas. */
export class BitbucketResource extends pulumi.CustomResource {
  /**
   * @param kindName The kind's name: `Webhook`.
   * @param name The resource's name in the stack.
   * @param args The kind's args, and the object's location.
   * @param options With an id, the object is read and not managed.
   * @param frontEnd The provider: Pulumi's host of dynamic providers, or the native provider.
   */
  constructor(
    kindName: string,
    name: string,
    args: object,
    options: pulumi.CustomResourceOptions = {},
    frontEnd: "dynamic" | "native" = "dynamic",
  ) {
    keepFromVerboseLog();
    if (options.import !== undefined && frontEnd === "dynamic")
      throw new pulumi.RunError(
        `${kindName} ${name}: the option "import" does not work with dynamic resources. Import it with "npx bitbucket-as-code ` +
          'import <workspace>", write "adopt: true" among its arguments, or use the native provider bitbucket-cloud.',
      );
    const kind = kindNamed(kindName);
    const { [levelField]: level, ...rest } = args as Properties;
    const given: Properties = { ...rest, ...definedPlaces(kind, name, args as Properties, options.parent) };
    const isLookup = options.id !== undefined;
    const secrets = secretFieldsOf(kind, given).filter((field) => given[field] !== undefined);
    const refuses = !isLookup && kind.refuseDelete?.(given) !== undefined;
    watchProgram();
    registerLean();
    const restore = hideStackTraces();
    try {
      super(
        tokenOf(kind, frontEnd),
        name,
        {
          ...Object.fromEntries(propertiesOf(kind, given).map((field) => [field, undefined])),
          ...given,
          ...Object.fromEntries(secrets.map((field) => [field, pulumi.secret(given[field])])),
          ...(kind.parents.includes("account") ? {} : { workspace: given.workspace ?? defaultWorkspace() }),
          ...(frontEnd === "native" ? { [levelField]: level } : {}),
          // Also in the native provider's state, so that the dynamic one can manage it.
          [providerKey]: isLookup ? lookupText(kind) : providerText(kind),
        },
        {
          ...(isLookup ? {} : lifecycle(refuses, options.parent)),
          ...options,
          additionalSecretOutputs: [
            ...new Set([...(options.additionalSecretOutputs ?? []), ...secrets, ...secretOutputsOf(kind)]),
          ],
        },
      );
    } finally {
      restore();
    }
    if (refuses && options.protect === undefined && !isProtected(options.parent)) guarded.add(this);
    fill(this, kind);
  }

  /** Whether an object is a resource of a kind, even one of another copy of this package. */
  protected static isKind(object: unknown, kindName: string): boolean {
    const type = (object as { __pulumiType?: string } | undefined)?.__pulumiType;
    return pulumi.CustomResource.isInstance(object) && nameInType(String(type)) === kindName;
  }
}

function kindNamed(name: string): Kind {
  const kind = kinds.find((one) => one.name === name);
  if (!kind) throw new Error(`There is no kind ${name}.`);
  return kind;
}

/** The properties that the engine fills in if they are not given. */
function propertiesOf(kind: Kind, args: Properties): string[] {
  const derived = kind.derived ?? {};
  const outputs = Object.keys(kind.outputs.shape).filter((field) => !(field in args) && !(field in derived));
  return [...Object.keys(kind.args.shape), ...outputs];
}

function secretOutputsOf(kind: Kind): string[] {
  return Object.keys(kind.outputs.shape).filter(
    (field) => metaOf(kind.outputs.shape[field] as z.ZodType).secret,
  );
}

/** Fills in what the state leaves out: defaults, and outputs that follow from the others. */
function fill(resource: BitbucketResource, kind: Kind): void {
  const properties = resource as unknown as Record<string, pulumi.Output<unknown> | undefined>;
  for (const [field, value] of Object.entries(defaultsOf(kind)))
    properties[field] = properties[field]?.apply((found) => found ?? value);
  const kept = Object.keys(kind.outputs.shape).filter((name) => !kind.derived?.[name]);
  const sources = pulumi.all([
    resource.id,
    pulumi.all(Object.fromEntries(kept.map((name) => [name, properties[name]]))),
  ]);
  for (const [name, derive] of Object.entries(kind.derived ?? {})) {
    properties[name] = sources.apply(([id, outputs]) => derive(id, outputs as Properties));
  }
}

/**
 * The locations of a resource that can be in the workspace as well as in something in it. An argument that is
 * given but resolves to undefined would put it into the wrong place.
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
        `${kind.name} "${name}": ${place} is undefined, so it would belong to the ${levels[levels.indexOf(place) + 1]}. ` +
          `Check its source. To omit it on purpose, remove ${place}.`,
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
 * The SDK records a whole stack trace in the state of every resource: some 700 bytes, with the machine's
 * paths. While a resource is registered, stack traces are empty.
 */
function hideStackTraces(): () => void {
  const prepare = Error.prepareStackTrace;
  Error.prepareStackTrace = () => "";
  return () => {
    if (prepare) Error.prepareStackTrace = prepare;
    else Reflect.deleteProperty(Error, "prepareStackTrace");
  };
}
