/** Compiles a stack's YAML to a Pulumi YAML program of the native provider. */
import { locateStack } from "../desired";
import { environment, readOnlyEnvironment } from "../environment";
import { errorText } from "../errors";
import { toStackName } from "../model/stackName";
import type { CompiledProgram } from "../native/compiled";
import { readState } from "../plan";
import {
  type ApplyRefusal,
  declareStack,
  isTold,
  loadShard,
  readRepositoryFiles,
  readScope,
  reportExisting,
  repositoriesIn,
} from "../preview";
import { createClientFrom } from "../provider/clientFrom";
import { openEarlierReads, openProgramReader } from "../provider/runReads";
import { refuseVerboseLog } from "../provider/verbose";
import { noteForRun } from "../pulumi/notes";
import { otherShardsOf } from "../pulumi/otherShards";
import { packageSettings, projectConfig, takeHostContext } from "./host";
import { emptyTemplate, type ProgramMessage, type Template, toTemplate } from "./template";

/**
 * Returns the program for the operation that runs.
 *
 * Whether it is a preview or an apply is not known here: what stops an apply is part of the program, which the
 * provider is given before the first resource.
 *
 * @param root The folder of Pulumi.yaml.
 * @throws {Error} if neither a preview nor an apply may run.
 */
export async function compileProgram(root: string): Promise<Template> {
  const host = takeHostContext();
  if (host === undefined) return emptyTemplate;
  refuseVerboseLog();
  const state = readState(host.stack);
  const settings = packageSettings(host);
  const client = createClientFrom(readOnlyEnvironment(), settings);
  const earlier = openEarlierReads(client, environment());
  const messages: ProgramMessage[] = [];
  const refusals: CompiledProgram["refusals"] = [];
  const say =
    (severity: ProgramMessage["severity"]) => (text: string, resource?: ProgramMessage["resource"]) =>
      messages.push({ severity, text, ...(resource ? { resource } : {}) });
  const log = isTold() ? () => () => undefined : say;
  const context = {
    stackName: host.stack,
    isPreview: true,
    env: environment(),
    settings,
    config: projectConfig(host),
    client,
    reads: earlier ?? client,
    live: openProgramReader(client, earlier, environment()),
    others: otherShardsOf(host.stack),
    log: { info: log("info"), warn: log("warn"), refuse: say("warn") },
    note: noteForRun,
    postpone: ({ error, preview, isOnlyHere = false }: ApplyRefusal) =>
      refusals.push({ error: errorText(error), preview, isOnlyHere }),
  };
  try {
    const place = locateStack(root, host.stack);
    const { whole, stack } = await loadShard(
      place,
      environment(),
      readRepositoryFiles({
        client,
        reader: context.live,
        held: async () => repositoriesIn(await state),
        say: log("warn"),
      }),
    );
    const { project } = host;
    const scope = await readScope(stack, { stack: toStackName(host.stack), project, frontEnd: "native" });
    const declared = await declareStack(whole, stack, place, state, context, scope);
    await reportExisting(declared, context);
    const reading = await state;
    const held = "resources" in reading ? reading.resources : [];
    return toTemplate(host, declared, { held, scope, messages, refusals });
  } finally {
    await client.close();
  }
}

/**
 * A program as text. JSON is YAML; line by line, so that the host's own messages quote a short one.
 * https://yaml.org/spec/1.2.2/#1221-json-schema
 */
export function formatTemplate(template: Template): string {
  // Characters that YAML allows only as escapes: https://yaml.org/spec/1.2.2/#51-character-set
  const text = JSON.stringify(template, undefined, 1).replace(
    /[\u007f-\u009f\u2028\u2029\ufeff\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${text}\n`;
}
