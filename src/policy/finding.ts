/** What a policy has to say about one place. */
import type { PolicyState, Position, StackPolicy } from "../desired";
import type { UnknownReason } from "./language/unknown";
import type { JudgedObject } from "./objects";

export interface PolicyFinding {
  readonly policy: StackPolicy;
  /** Undecided: nobody knows whether the policy is kept. It never counts as kept. */
  readonly verdict: "violated" | "undecided";
  readonly state: PolicyState;
  /** Why it is undecided. Error: the policy itself cannot be evaluated. */
  readonly reason?: UnknownReason | "error" | undefined;
  /** `webhook ci`. */
  readonly subject: string;
  /** The end of a sentence that begins with the subject: `is public`. */
  readonly message: string;
  /** What has it; the owner of what is missing. Undefined: the workspace. */
  readonly object?: JudgedObject | undefined;
  /** What to do. */
  readonly fix?: string | undefined;
  readonly project?: string | undefined;
  /** The key in YAML, or the slug. */
  readonly repository?: string | undefined;
  /** All names of the repository. */
  readonly repositories: readonly string[];
  /** The name of the resource in the stack. Undefined: it is in the live state alone. */
  readonly resource?: string | undefined;
  /** The place of the resource in YAML, or of the policy. */
  readonly position: Position;
}

/** `webhook ci of the repository api`. */
export function formatSubject({ subject, repository, project }: PolicyFinding): string {
  if (repository !== undefined)
    return subject === "repository"
      ? `the repository ${repository}`
      : `${subject} of the repository ${repository}`;
  if (project !== undefined)
    return subject === "project" ? `the project ${project}` : `${subject} of the project ${project}`;
  return subject;
}

/** `breaks the mandatory policy "approvals" (stacks/acme.yaml:4): …`. */
export function formatFinding(finding: PolicyFinding): string {
  const { policy, verdict, message, fix, resource, state } = finding;
  const { name, level, position } = policy;
  const which = `the ${level} policy "${name}" (${position.file}:${position.line})`;
  const where = resource === undefined && state === "live" ? ", which YAML does not declare," : "";
  const said = `${formatSubject(finding)}${where} ${message}`;
  if (verdict === "undecided") return `${which} cannot be decided: ${said}`;
  const advice = policy.message ?? fix;
  return `breaks ${which}: ${endSentence(said)}${advice === undefined ? "" : ` ${endSentence(advice)}`}`;
}

function endSentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
