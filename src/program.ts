/** The Pulumi program that runs YAML: stacks/<stack>.yaml, or a shard of it, becomes resources. */
import "./pulumi/lightSdk";
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { type DesiredResource, locateStack } from "./desired";
import { environment, isDebugging } from "./environment";
import { errorText, packageRoot, UserError } from "./errors";
import { projectFolder } from "./kinds/projectFolder";
import {
  declareStack,
  isTold,
  loadShard,
  type ProgramContext,
  readRepositoryFiles,
  readScope,
  reportExisting,
  repositoriesIn,
} from "./preview";
import { Registration } from "./program/registration";
import { exitCodeErrorReported, isProgram, markSelfChecking, programState } from "./programEnd";
import { readingClient, stackSettings } from "./provider/program";
import { openEarlierReads, openProgramReader } from "./provider/runReads";
import { refuseVerboseLog } from "./provider/verbose";
import { findRunningEngine } from "./pulumi";
import { noteForRun } from "./pulumi/notes";
import { otherShardsOf } from "./pulumi/otherShards";
import { findProgramProblem, yamlProgramLine } from "./pulumi/programFile";
import { requirePlugin } from "./sdk/nativePlugin";
import { chosenFrontEnd } from "./sdk/nativeProvider";
import { registerRemovals } from "./unmanaged/removal";

let hasRun = false;

/** Registers every resource of the current stack. */
async function run(): Promise<void> {
  hasRun = true;
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
  const root = await projectRoot();
  if (frontEnd === "native") requirePlugin(root, environment());
  const config = new pulumi.Config();
  const state = programState();
  const place = locateStack(root, pulumi.getStack());
  const client = readingClient();
  const earlier = openEarlierReads(client, environment());
  const live = openProgramReader(client, earlier, environment());
  const { whole, stack } = await loadShard(
    place,
    environment(),
    readRepositoryFiles({
      client,
      reader: live,
      held: async () => repositoriesIn(await state),
      say: (line) => void pulumi.log.warn(line),
    }),
  );
  const scope = await readScope(stack, {
    stack: pulumi.getStack(),
    project: pulumi.getProject(),
    frontEnd,
  });
  let registration: Registration | undefined;
  const registered = (about: DesiredResource | undefined) => about && registration?.getRegistered(about);
  const context: ProgramContext = {
    stackName: pulumi.getStack(),
    isPreview: pulumi.runtime.isDryRun(),
    env: environment(),
    settings: stackSettings(),
    config: (key) => config.get(key),
    client,
    reads: earlier ?? client,
    live,
    others: otherShardsOf(pulumi.getStack()),
    log: logFor(registered),
    note: noteForRun,
  };
  try {
    const declared = await declareStack(whole, stack, place, state, context, scope);
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

/** Prints beside the resource that a message is about, once it is registered. */
function logFor(
  registered: (about: DesiredResource | undefined) => pulumi.Resource | undefined,
): ProgramContext["log"] {
  const say = (print: typeof pulumi.log.info) => (text: string, about?: DesiredResource) =>
    isTold() ? undefined : print(text, registered(about));
  return {
    info: say(pulumi.log.info),
    warn: say(pulumi.log.warn),
    refuse: (text) => {
      // The program continues, so that the preview shows its changes.
      process.exitCode = exitCodeErrorReported;
      return pulumi.log.error(text);
    },
  };
}

async function projectRoot(): Promise<string> {
  const folder = projectFolder();
  if (!existsSync(join(folder, "Pulumi.yaml")))
    throw new UserError("There is no Pulumi.yaml in this folder or above it.");
  if (folder === packageRoot) await refuseForeignProject();
  return folder;
}

/**
 * Refuses to run the sample stacks of this package for another project: its `main:` leads here.
 *
 * @throws {UserError} if the engine runs in another folder.
 */
async function refuseForeignProject(): Promise<void> {
  const started = (await findRunningEngine())?.folder;
  if (started === undefined) return;
  const own = projectFolder(started);
  const problem = own === packageRoot ? undefined : findProgramProblem(own);
  if (problem !== undefined) throw new UserError(problem);
}

/** A program that loads this one and does not export it: the engine would find nothing declared. */
async function refuseUnexported(): Promise<void> {
  await pulumi.log.error(
    `The program declared nothing: it loads bitbucket-as-code/program. Did you export it? ${yamlProgramLine}`,
  );
  process.exit(exitCodeErrorReported);
}

if (isProgram())
  process.once("beforeExit", (code) => {
    if (code === 0 && !hasRun && !pulumi.log.hasErrors()) void refuseUnexported();
  });

export = run;
