/** The Pulumi program that runs YAML: stacks/<stack>.yaml, or a shard of it, becomes resources. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { isDebugging } from "./environment";
import { errorText, UserError } from "./errors";
import { projectFolder } from "./kinds/projectFolder";
import { describeExisting } from "./program/existing";
import { prepareProgram, type Reporter } from "./program/prepare";
import { Registration } from "./program/registration";
import { exitCodeErrorReported, markSelfChecking, programState } from "./programEnd";
import { readingClient, stackSettings } from "./provider/program";
import { refuseVerboseLog } from "./provider/verbose";
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

const reporter: Reporter = {
  info: (text) => pulumi.log.info(text),
  warn: (text) => pulumi.log.warn(text),
  async refuseApply(error, warnings) {
    if (!pulumi.runtime.isDryRun()) throw error;
    for (const warning of warnings) await pulumi.log.warn(warning);
  },
};

async function register(): Promise<void> {
  refuseVerboseLog();
  const frontEnd = chosenFrontEnd();
  const config = new pulumi.Config();
  const settings = stackSettings();
  const stack = pulumi.getStack();
  const client = readingClient();
  try {
    const prepared = await prepareProgram({
      root: projectRoot(),
      stack,
      state: programState(),
      config: (key) => config.get(key),
      settings,
      client,
      reporter,
    });
    keepNoStackTraces();
    const { desired, former, held, removals } = prepared;
    const registration = new Registration(prepared.stack.workspace, desired, former, frontEnd, held);
    registration.register();
    registerRemovals(removals, ({ owner }) => owner && registration.getRegistered(owner));
    if (!pulumi.runtime.isDryRun()) return;
    for (const { severity, text, resource } of await describeExisting(prepared, stack, client, settings))
      await pulumi.log[severity](text, registration.getRegistered(resource));
  } finally {
    await client.close();
  }
}

function projectRoot(): string {
  const folder = projectFolder();
  if (existsSync(join(folder, "Pulumi.yaml"))) return folder;
  throw new UserError("There is no Pulumi.yaml in this folder or above it.");
}

export = run;
