/** The calls of a program that was compiled from YAML: see ../compiled. */
import { randomUUID } from "node:crypto";
import { resolveSecret, SecretReference } from "../../desired";
import { UserError } from "../../errors";
import { readText } from "../../live";
import { toStackName } from "../../model/stackName";
import { nativeRemovalType } from "../../model/typeToken";
import { hasUnknown } from "../../model/unknown";
import { removeObject } from "../../provider/removal";
import { parseUrn } from "../../pulumi/urn";
import type { Calls, RequestOf, ResponseOf } from "../../wire/calls";
import { diffChanges } from "../../wire/messages";
import { inform, reportError, warn } from "../../wire/tell";
import {
  compiledProgram,
  compiledReferences,
  openProgramArgs,
  openProgramToken,
  resolveReferencesArgs,
  resolveReferencesToken,
} from "../compiled";
import { fromStruct, toStruct } from "../property";
import type { Provider } from "../provider";

/** The answer to a compiled program's own function; undefined for any other. */
export async function invokeCompiled(
  provider: Provider,
  { token, args, preview }: RequestOf<"invoke">,
): Promise<ResponseOf<"invoke"> | undefined> {
  if (token !== openProgramToken && token !== resolveReferencesToken) return undefined;
  const { values } = fromStruct(args);
  if (hasUnknown(values)) return {};
  if (token === resolveReferencesToken) {
    const found = await resolveAll(provider, resolveReferencesArgs.parse(values).references);
    return { return: toStruct({ values: found.values }, found.isSecret ? ["values"] : []) };
  }
  const { stack, program } = openProgramArgs.parse(values);
  return { return: toStruct({ workspace: await openProgram(provider, stack, program, preview) }) };
}

/** @throws {UserError} if nothing may be registered. */
async function openProgram(
  provider: Provider,
  stack: string,
  text: string,
  isPreview: boolean,
): Promise<string> {
  const { stack: compiledFor, workspace, messages, refusals } = compiledProgram.parse(JSON.parse(text));
  // The host takes its own variables from the user's environment where both have them.
  if (toStackName(stack) !== toStackName(compiledFor))
    throw new UserError(
      `The program was compiled for the stack ${compiledFor}, and this is ${stack}: PULUMI_STACK names another one. Unset it.`,
    );
  provider.runsYaml = true;
  const { engine } = provider;
  for (const { severity, text, urn } of messages)
    await (severity === "info" ? inform : warn)(text, { engine, urn });
  for (const { error, preview, isOnlyHere } of refusals)
    await (isPreview && isOnlyHere ? warn : reportError)(isPreview ? preview : error, { engine });
  if (refusals.every(({ isOnlyHere }) => isPreview && isOnlyHere)) return workspace;
  // Pulumi's YAML host has no way to go on and to fail at the end.
  throw new UserError(
    isPreview
      ? "An apply would stop before the first change: see the other message."
      : "Stopped before the first change: see the other message.",
  );
}

async function resolveAll(
  provider: Provider,
  text: string,
): Promise<{ readonly values: readonly string[]; readonly isSecret: boolean }> {
  const { references, isSecret } = compiledReferences.parse(JSON.parse(text));
  const values: string[] = [];
  // Sequentially: each may prompt for a passphrase.
  for (const { source, name, folder, position } of references)
    values.push(
      await resolveSecret(new SecretReference(source, name, position, folder), {
        env: provider.environment,
        config: () => undefined,
        bitbucket: (path) => readText(provider.session.client, path),
      }),
    );
  return { values, isSecret };
}

/** Whether a call is about the deletion of an unmanaged object. */
export function isRemoval(request: object): boolean {
  return "urn" in request && parseUrn(String(request.urn)).type === nativeRemovalType;
}

/** The calls for such a deletion. It is an event: the next refresh takes it out of the state. */
export function removalCalls(
  provider: Provider,
): Pick<Calls, "check" | "diff" | "create" | "update" | "read" | "delete"> {
  return {
    check: ({ news }) => ({ inputs: news }),
    diff: () => ({ changes: diffChanges.some }),
    create: async ({ properties, preview }) => ({
      id: preview ? randomUUID() : await removeObject(provider.session, fromStruct(properties).values),
      properties,
      refreshBeforeUpdate: true,
    }),
    update: async ({ news, preview }) => {
      if (!preview) await removeObject(provider.session, fromStruct(news).values);
      return { properties: news, refreshBeforeUpdate: true };
    },
    read: () => ({}),
    delete: () => ({}),
  };
}
