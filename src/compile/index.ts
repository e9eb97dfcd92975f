/** Compiles a stack's YAML to a Pulumi YAML program of the native provider. */

import { readOnlyEnvironment } from "../environment";
import { errorText } from "../errors";
import type { CompiledProgram } from "../native/compiled";
import { readState } from "../plan";
import { describeExisting } from "../program/existing";
import { prepareProgram } from "../program/prepare";
import { createClientFrom } from "../provider/session";
import { refuseVerboseLog } from "../provider/verbose";
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
  const settings = packageSettings(host);
  const client = createClientFrom(readOnlyEnvironment(), settings);
  const messages: ProgramMessage[] = [];
  const refusals: CompiledProgram["refusals"] = [];
  try {
    const prepared = await prepareProgram({
      root,
      stack: host.stack,
      state: readState(host.stack),
      config: projectConfig(host),
      settings,
      client,
      reporter: {
        info: (text) => messages.push({ severity: "info", text }),
        warn: (text) => messages.push({ severity: "warn", text }),
        refuseApply: (error, warnings) => refusals.push({ error: errorText(error), warnings: [...warnings] }),
      },
    });
    messages.push(...(await describeExisting(prepared, host.stack, client, settings)));
    return toTemplate(host, prepared, messages, refusals);
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
