/** What a check of the audit is: a declaration in a file of its own, over one kind of owner or several. */
import type { Kind, Properties } from "../../../kinds/kind";
import type { Severity } from "../../../kinds/severity";
import type { SurveyedObject } from "../../../live";
import type { AuditSettings } from "./settings";
import type { Part, ProjectView, RepositoryView, View, WorkspaceView } from "./views";

/** What checks are about, in the order of reports. */
export const areas = [
  "visibility",
  "branches",
  "access",
  "keys",
  "webhooks",
  "pipelines",
  "activity",
] as const;
export type Area = (typeof areas)[number];

/** A recommendation elsewhere that a check is about, by its own number or name. */
interface Benchmark {
  /** `CIS` is the CIS Software Supply Chain Security Guide 1.0, `Scorecard` is OpenSSF Scorecard. */
  readonly source: "CIS" | "Scorecard";
  /** `1.1.16`, or `Branch-Protection`. */
  readonly id: string;
}

/** The change of the desired state that solves a problem. Values are literals, or references to secrets. */
export type Remedy =
  /** Fields of an object that is there. */
  | { readonly set: SurveyedObject; readonly fields: Properties }
  /** A new object below an owner, or the workspace. */
  | {
      readonly add: Kind;
      readonly below: SurveyedObject | undefined;
      readonly name: string;
      readonly fields: Properties;
    };

export interface Problem {
  /** What has it, in a few words: `webhook ci`. */
  readonly subject: string;
  /** What is wrong with it, as a sentence's end: `is sent to http://ci.example.com without encryption`. */
  readonly message: string;
  /** Default: that of the check. */
  readonly severity?: Severity | undefined;
  /** The object that has it. Default: the owner. */
  readonly object?: SurveyedObject | undefined;
  /** Left out where no declaration solves it. */
  readonly remedy?: Remedy | undefined;
}

export interface AuditCheck {
  /** In words with dashes; it is what a baseline and `--check` name. */
  readonly id: string;
  /** What is wrong, in a few words. */
  readonly title: string;
  readonly area: Area;
  readonly severity: Severity;
  /** Why it matters, in a sentence or two. */
  readonly why: string;
  /** How to fix it, as an imperative. */
  readonly fix: string;
  readonly benchmarks: readonly Benchmark[];
  /** What it looks at. Where one of these could not be read, it is not run. */
  readonly needs: readonly Part[];
  /** Why it cannot run with these settings. */
  skip?(settings: AuditSettings): string | undefined;
  workspace?(view: WorkspaceView, settings: AuditSettings): readonly Problem[];
  project?(view: ProjectView, settings: AuditSettings): readonly Problem[];
  /** Undefined: it does not apply, for instance to a repository without commits. */
  repository?(view: RepositoryView, settings: AuditSettings): readonly Problem[] | undefined;
}

/** Undefined where the check does not apply, or what it needs is not known. */
export function findProblems(
  check: AuditCheck,
  view: View,
  settings: AuditSettings,
): readonly Problem[] | undefined {
  if (check.needs.some((part) => view.unread.has(part))) return undefined;
  if (view.level === "workspace") return check.workspace?.(view, settings);
  if (view.level === "project") return check.project?.(view, settings);
  return check.repository?.(view, settings);
}
