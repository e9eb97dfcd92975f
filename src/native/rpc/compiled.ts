/** The calls of a program that was compiled from YAML: see ../compiled. */
import { randomUUID } from "node:crypto";
import {
  type CheckRequest,
  CheckResponse,
  type CreateRequest,
  CreateResponse,
  DiffResponse,
  type InvokeRequest,
  InvokeResponse,
  ReadResponse,
  type UpdateRequest,
  UpdateResponse,
} from "@pulumi/pulumi/proto/provider_pb";
import { resolveSecret, SecretReference } from "../../desired";
import { UserError } from "../../errors";
import { readText } from "../../live";
import { toStackName } from "../../model/stackName";
import { nativeRemovalType } from "../../model/typeToken";
import { hasUnknown } from "../../model/unknown";
import { removeObject } from "../../provider/removal";
import { inform, reportError, warn } from "../../provider/warn";
import { parseUrn } from "../../pulumi/urn";
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
import { empty } from "./plugin";
import { unary } from "./unary";

/** The answer to a compiled program's own function; undefined for any other. */
export async function invokeCompiled(
  provider: Provider,
  request: InvokeRequest,
): Promise<InvokeResponse | undefined> {
  const token = request.getTok();
  if (token !== openProgramToken && token !== resolveReferencesToken) return undefined;
  const { values } = fromStruct(request.getArgs());
  const response = new InvokeResponse();
  if (hasUnknown(values)) return response;
  if (token === resolveReferencesToken) {
    const found = await resolveAll(provider, resolveReferencesArgs.parse(values).references);
    response.setReturn(toStruct({ values: found.values }, found.isSecret ? ["values"] : []));
  } else {
    const { stack, program } = openProgramArgs.parse(values);
    const workspace = await openProgram(provider, stack, program, request.getPreview());
    response.setReturn(toStruct({ workspace }));
  }
  return response;
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
  if (isPreview) {
    for (const { warnings } of refusals) for (const line of warnings) await warn(line, { engine });
    return workspace;
  }
  if (refusals.length === 0) return workspace;
  for (const { error } of refusals) await reportError(error, { engine });
  throw new UserError("Stopped before the first change: see the other message.");
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
export function isRemoval(request: unknown): boolean {
  const { getUrn } = request as { getUrn?: () => string };
  return getUrn !== undefined && parseUrn(getUrn.call(request)).type === nativeRemovalType;
}

/** The calls for such a deletion. It is an event: the next refresh takes it out of the state. */
export function removalCalls(provider: Provider) {
  return {
    check: unary((request: CheckRequest) => {
      const response = new CheckResponse();
      response.setInputs(request.getNews());
      return response;
    }),
    diff: unary(() => {
      const response = new DiffResponse();
      response.setChanges(DiffResponse.DiffChanges.DIFF_SOME);
      return response;
    }),
    create: unary(async (request: CreateRequest) => {
      const response = new CreateResponse();
      const { values } = fromStruct(request.getProperties());
      response.setId(request.getPreview() ? randomUUID() : await removeObject(provider.session, values));
      response.setProperties(request.getProperties());
      response.setRefreshBeforeUpdate(true);
      return response;
    }),
    update: unary(async (request: UpdateRequest) => {
      const response = new UpdateResponse();
      if (!request.getPreview()) await removeObject(provider.session, fromStruct(request.getNews()).values);
      response.setProperties(request.getNews());
      response.setRefreshBeforeUpdate(true);
      return response;
    }),
    read: unary(() => new ReadResponse()),
    delete: unary(() => empty()),
  };
}
