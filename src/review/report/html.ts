/** The review as a page for the browser, in the same frame as that of drift. */
import { otherPageData, type PageFinding } from "../../drift/page/data";
import { renderPage } from "../../drift/page/html";
import { formatCount } from "../../errors/count";
import type { Severity } from "../../kinds/severity";
import { formatPlace } from "../../report/text";
import type { AccessGrant, AccessReview } from "../model";
import { describeDeclaration, describeHolder, describeSince, describeSource, describeTotals } from "./text";

const words: Readonly<Record<AccessGrant["through"], { readonly word: string; readonly meaning: string }>> = {
  workspace: { word: "workspace", meaning: "through the role in the workspace" },
  project: { word: "project", meaning: "through a permission on the project" },
  group: { word: "group", meaning: "through a group" },
  direct: { word: "direct", meaning: "granted there" },
  public: { word: "public", meaning: "everybody may read the repository" },
  unknown: { word: "unknown", meaning: "nothing that could be read grants it" },
};

/** How much a right allows, as the page colours it. */
function weightOf({ permission, holder }: AccessGrant): Severity {
  if (holder.isMember === false) return "critical";
  if (permission === "owner" || permission === "admin") return "high";
  return permission === "write" || permission === "create-repo" ? "medium" : "low";
}

export function renderReviewHtml(review: AccessReview): string {
  const { workspace, at, requests, seconds, complete, unread, grants } = review;
  return renderPage(
    {
      title: `Access in ${workspace}`,
      verdict: `${grants.length} rights`,
      meta: [
        describeTotals(review),
        ...(review.stack === undefined ? [] : [`compared with the stack ${review.stack}`]),
      ],
      requests,
      seconds,
      banner: complete
        ? undefined
        : {
            text: `${formatCount(unread.length, "part")} could not be read: nothing is known of them.`,
            isFolded: true,
          },
      fine: { count: review.repositories, word: "repositories" },
      kinds: "users and groups",
      summary: describeTotals(review),
    },
    otherPageData({
      workspace,
      at,
      findings: grants.map((grant, index) => toPageFinding(grant, String(index), review)),
      words,
      notes: unread.map((part) => `${formatPlace(part, workspace)}: ${part.part}: ${part.reason}`),
      calm: { title: "No rights", text: "Nobody has a right that this credential can see." },
    }),
  );
}

function toPageFinding(grant: AccessGrant, id: string, review: AccessReview): PageFinding {
  const holder = describeHolder(grant);
  const { project, repository, permission, link } = grant;
  const declared = describeDeclaration(grant);
  return {
    id,
    case: grant.through,
    severity: weightOf(grant),
    kind: holder,
    title: `Right to ${permission}`,
    name: holder,
    ...(project === undefined ? {} : { project }),
    ...(repository === undefined ? {} : { repository }),
    ...(link === undefined ? {} : { link }),
    fields: [],
    note: `${permission}, through ${describeSource(grant)}`,
    facts: [
      ["Who", `${holder}, ${grant.holder.id}`],
      ["Where", formatPlace(grant, review.workspace)],
      ["Right", permission],
      ["Through", describeSource(grant)],
      ["Since", describeSince(grant)],
      ...(review.stack === undefined || declared === "" ? [] : [["Declared", declared] as const]),
    ],
  };
}
