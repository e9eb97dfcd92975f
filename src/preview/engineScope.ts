/** The part of a stack to which a command has limited the engine that runs a program. */
import { type DesiredResource, type DesiredStack, keyOf } from "../desired";
import { environment } from "../environment";
import { UserError } from "../errors";
import { type FrontEnd, tokenOf } from "../model/typeToken";
import { isLimited } from "../provider/runReads";
import { createTargetMatcher, findRunningEngine } from "../pulumi";
import { childUrn, stackUrn } from "../pulumi/urn";

/** Whether the command that started the engine says what the program would: it has looked at more than the program does. */
export function isTold(): boolean {
  return Boolean(environment().BITBUCKET_TOLD);
}

/** The program that declares the resources. */
export interface ScopedProgram {
  /** The names of the Pulumi stack and of its project. */
  readonly stack: string;
  readonly project: string;
  readonly frontEnd: FrontEnd;
}

/**
 * Returns the keys of the declared resources that the engine's targets include. Undefined: it is not limited.
 *
 * @throws {UserError} if the engine is not limited, although a command has said so.
 */
export async function readScope(
  { resources }: DesiredStack,
  { stack, project, frontEnd }: ScopedProgram,
): Promise<ReadonlySet<string> | undefined> {
  if (!isLimited(environment())) return undefined;
  const targets = (await findRunningEngine(undefined, process.pid, stack))?.operation?.targets ?? [];
  if (targets.length === 0)
    throw new UserError(
      "The targets of the engine cannot be seen here, so that it is not known what it is limited to. Nothing was changed. " +
        "Run this without --changed.",
    );
  const isTargeted = createTargetMatcher(targets);
  const root = stackUrn(stack, project);
  const urns = new Map<DesiredResource, string>();
  // Owners before what belongs to them.
  for (const resource of resources) {
    const { kind, name, parent } = resource;
    const type = tokenOf(kind, frontEnd);
    urns.set(resource, childUrn(root, { type, name, parent: parent && urns.get(parent) }));
  }
  return new Set([...urns].flatMap(([resource, urn]) => (isTargeted(urn) ? [keyOf(resource)] : [])));
}
