/** The Pulumi program that runs YAML: stacks/<stack>.yaml, or a shard of it, becomes resources. */
import "./pulumi/lightSdk";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type DesiredResource, loadStack, locateStack } from "./desired";
import { environment, isDebugging } from "./environment";
import { errorText, UserError } from "./errors";
import { projectFolder } from "./kinds/projectFolder";
import { LiveReader } from "./live";
import { declareStack, type ProgramContext, reportExisting, selectShard } from "./preview";
import { Registration } from "./program/registration";
import { exitCodeErrorReported, markSelfChecking, programState } from "./programEnd";
import { readingClient, stackSettings } from "./provider/program";
import { openSharedReads } from "./provider/session";
import { refuseVerboseLog } from "./provider/verbose";
import { noteForRun } from "./pulumi/notes";
import { runContext } from "./pulumi/runContext";
import { requirePlugin } from "./sdk/nativePlugin";
import { chosenFrontEnd } from "./sdk/nativeProvider";
import { registerRemovals } from "./unmanaged";

/** Registers every resource of the current stack. */
async function run(): Promise<void> {
  markSelfChecking();
  try {
    await register();
  } catch (error) {
    // Rethrown, it would keep the SDK busy for some fifteen seconds before it is shown.
    await pulumi.log.error(errorText(error));
    process.exit(exitCodeErrorReported);
  }
}

/**
 * The SDK takes a stack trace, through its source maps, for each of the dozens of promises of every resource:
 * a tenth of the program's time. Later failures are reported by the engine and the provider.
 */
function keepNoStackTraces(): void {
  if (!isDebugging()) Error.stackTraceLimit = 0;
}

async function register(): Promise<void> {
  refuseVerboseLog();
  const frontEnd = chosenFrontEnd();
  if (frontEnd === "native") requirePlugin(projectRoot(), environment());
  const config = new pulumi.Config();
  const state = programState();
  const place = locateStack(projectRoot(), pulumi.getStack());
  const whole = await loadStack(place.path);
  const places = new Map(Object.entries(runContext(environment())?.places ?? {}));
  if (place.shard !== "" && !whole.sharding && places.size === 0)
    throw new NoShardsError(place.path, place.shard);
  const client = readingClient();
  let registration: Registration | undefined;
  const registered = (about: DesiredResource | undefined) => about && registration?.getRegistered(about);
  const context: ProgramContext = {
    stackName: pulumi.getStack(),
    isPreview: pulumi.runtime.isDryRun(),
    env: environment(),
    settings: stackSettings(),
    config: (key) => config.get(key),
    client,
    live: new LiveReader(client, { shared: openSharedReads(environment()) }),
    log: {
      info: (text, about) => pulumi.log.info(text, registered(about)),
      warn: (text, about) => pulumi.log.warn(text, registered(about)),
    },
    note: noteForRun,
  };
  try {
    const stack = selectShard(whole, place.shard, places);
    const declared = await declareStack(whole, stack, place, state, context);
    const { desired, renames, removals } = declared;
    const held = await state;
    keepNoStackTraces();
    registration = new Registration(
      stack.workspace,
      desired,
      renames.former,
      frontEnd,
      "resources" in held ? held.resources : [],
    );
    registration.register();
    registerRemovals(removals, ({ owner }) => registered(owner));
    if (context.isPreview) await reportExisting(declared, context);
  } finally {
    await client.close();
  }
}

function projectRoot(): string {
  const folder = projectFolder();
  if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
  throw new UserError("There is no Pulumi.yaml in this folder or above it.");
}

/** The Pulumi stack is named like a shard of one that has none. */
class NoShardsError extends UserError {
  constructor(path: string, shard: string) {
    super(
      `${path} is not split into shards, so that it has no shard "${shard}". Write "shards:" into it, or select its own stack.`,
    );
  }
}

export = run;
