/**
 * Writes the desired state that solves problems into a stack's YAML, and nothing else: not a byte of what people
 * wrote beside it changes, and nothing is sent to Bitbucket. The result is loaded before anything is written.
 */
import { type DesiredResource, loadStack, type RepositoryFileSource } from "../desired";
import { UserError } from "../errors";
import { StackEditor, type StackPlace } from "../import/edit";
import type { SurveyedObject } from "../live";
import { matchObjects } from "../plan/match";
import type { Remedy } from "./checks/shared/check";
import type { AuditFinding } from "./model";
import type { FoundProblem } from "./run";

interface FixOptions extends StackPlace {
  readonly workspace: string;
  /** Everything that was surveyed: declarations are matched with it. */
  readonly objects: readonly SurveyedObject[];
  readonly found: readonly FoundProblem[];
  /** Reads the files with which repositories set properties of their own. */
  readonly repositoryFiles?: RepositoryFileSource | undefined;
}

export interface FixOutcome {
  /** Changed files, relative to the root. */
  readonly files: readonly string[];
  readonly fixed: readonly AuditFinding[];
  /** What no YAML solves, or what the stack does not declare. */
  readonly left: readonly { readonly finding: AuditFinding; readonly reason: string }[];
}

/** @throws {UserError} if the stack would not be valid, or would not say what was written. Nothing is written then. */
export async function fixYaml(options: FixOptions): Promise<FixOutcome> {
  const { root, place, found, repositoryFiles } = options;
  const stack = await loadStack(place, { root, keepExpired: true, repositoryFiles });
  if (stack.workspace !== options.workspace)
    throw new UserError(
      `The stack is for the workspace ${stack.workspace}, and the audit is of ${options.workspace}. Nothing was written.`,
    );
  const editor = new StackEditor(stack, options);
  const byLive = new Map(
    [...matchObjects(stack.resources, options.objects)].map(([resource, live]) => [live, resource]),
  );
  const fixed: AuditFinding[] = [];
  const left: { finding: AuditFinding; reason: string }[] = [];
  for (const { finding, problem } of found) {
    const reason =
      problem.remedy === undefined ? "no declaration solves it" : applyRemedy(editor, problem.remedy, byLive);
    if (reason === undefined) fixed.push(finding);
    else left.push({ finding, reason });
  }
  await editor.check();
  editor.save();
  return { files: editor.changed, fixed, left };
}

/** @returns why it cannot be written. */
function applyRemedy(
  editor: StackEditor,
  remedy: Remedy,
  byLive: ReadonlyMap<SurveyedObject, DesiredResource>,
): string | undefined {
  const live = "set" in remedy ? remedy.set : remedy.below;
  const resource = live && byLive.get(live);
  if (live && !resource) return "the stack does not declare it: import it first";
  if ("set" in remedy) return resource && editor.set(resource, remedy.fields);
  return editor.add(remedy.add, resource, remedy.name, remedy.fields);
}
