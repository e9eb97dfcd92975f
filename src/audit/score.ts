/** Scores: of the checks that were made, the part that passed, by weight. */
import type { Severity } from "../kinds/severity";
import type { AuditCheck } from "./checks/shared/check";
import type { View } from "./checks/shared/views";
import type { AuditFinding } from "./model";

/** A check of one owner. */
export interface Outcome {
  readonly check: AuditCheck;
  readonly view: View;
  readonly findings: readonly AuditFinding[];
}

const weights: Readonly<Record<Severity, number>> = { critical: 10, high: 5, medium: 2, low: 1 };

export class Score {
  #passed = 0;
  #all = 0;

  /** Whether there is a finding that nobody has accepted. */
  static isFailed({ findings }: Outcome): boolean {
    return findings.some(({ accepted }) => accepted === undefined);
  }

  add(outcome: Outcome): void {
    const weight = weights[outcome.check.severity];
    this.#all += weight;
    if (!Score.isFailed(outcome)) this.#passed += weight;
  }

  /** Whole percent, rounded down: 100 says that everything passed. Where nothing was checked, nothing passed. */
  get value(): number {
    return this.#all === 0 ? 0 : Math.floor((100 * this.#passed) / this.#all);
  }
}

interface Scores {
  readonly score: number;
  readonly projects: { key: string; score: number }[];
  readonly repositories: { slug: string; project?: string; score: number }[];
}

/** A project's score is that of itself and its repositories; the workspace's that of everything. */
export function scoresOf(outcomes: readonly Outcome[]): Scores {
  const whole = new Score();
  const projects = new Map<string, Score>();
  const repositories = new Map<View, Score>();
  const at = <Key>(scores: Map<Key, Score>, key: Key) => {
    const score = scores.get(key) ?? new Score();
    scores.set(key, score);
    return score;
  };
  for (const outcome of outcomes) {
    const { view } = outcome;
    whole.add(outcome);
    if (view.level === "project") at(projects, view.key).add(outcome);
    if (view.level !== "repository") continue;
    at(repositories, view as View).add(outcome);
    if (view.project !== undefined) at(projects, view.project).add(outcome);
  }
  const worst = (a: { score: number }, b: { score: number }) => a.score - b.score;
  return {
    score: whole.value,
    projects: [...projects].map(([key, { value }]) => ({ key, score: value })).sort(worst),
    repositories: [...repositories]
      .flatMap(([view, { value }]) =>
        view.level === "repository"
          ? [
              {
                slug: view.slug,
                ...(view.project === undefined ? {} : { project: view.project }),
                score: value,
              },
            ]
          : [],
      )
      .sort(worst),
  };
}
