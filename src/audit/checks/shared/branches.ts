/** What is said of the main branch, for the checks of its protection. */
import picomatch from "picomatch";
import { branchRestriction } from "../../../kinds";
import type { Properties } from "../../../kinds/kind";
import type { SurveyedObject } from "../../../live";
import type { Problem, Remedy } from "./check";
import type { RepositoryView } from "./views";

/** The restrictions of this kind that cover the main branch. */
export function restrictionsOfMain(view: RepositoryView, kind: string): readonly SurveyedObject[] {
  const { mainBranch } = view;
  if (mainBranch === undefined) return [];
  return view.restrictions.filter(({ found: { args } }) => {
    if (args.kind !== kind) return false;
    return typeof args.pattern === "string"
      ? picomatch.isMatch(mainBranch, args.pattern, { dot: true, bash: true })
      : view.mainBranchTypes.has(String(args.branchType));
  });
}

/** A problem that one more restriction on the main branch solves; or, of one that counts, a higher number. */
export function reportUnprotected(
  view: RepositoryView,
  message: string,
  restriction: { readonly kind: string; readonly value?: number },
): Problem {
  const { mainBranch = "" } = view;
  const [there] = restrictionsOfMain(view, restriction.kind);
  const fields: Properties = { ...restriction, pattern: mainBranch };
  const name = `${restriction.kind.replace(/^require_/, "").replace(/_/g, "-")} ${mainBranch}`;
  const remedy: Remedy = there
    ? { set: there, fields: { value: restriction.value } }
    : { add: branchRestriction, below: view.object, name, fields };
  return { subject: `branch ${mainBranch}`, message, remedy };
}
