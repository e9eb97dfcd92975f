/** The review as a page for the browser, in the same frame as that of drift. */
import { operationWords, type PageData, type PageFinding } from "../../drift/page/data";
import { renderPage } from "../../drift/page/html";
import { formatCount } from "../../errors/count";
import { countSeverities, type Severity, severities } from "../../kinds/severity";
import { type AccessGrant, type AccessReview, sources } from "../model";
import {
  describeDeclaration,
  describeHolder,
  describePlace,
  describeSince,
  describeSource,
  describeTotals,
} from "./text";

const words: PageData["words"] = {
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
  const found = grants.map((grant, index) => toPageFinding(grant, String(index), review));
  const weights = countSeverities(found);
  const byCase = Object.fromEntries(
    sources.map((name) => [name, grants.filter(({ through }) => through === name).length]),
  );
  return renderPage(
    {
      title: `Access in ${workspace}`,
      verdict: `${grants.length} rights`,
      tone: severities.find((name) => weights[name] > 0) ?? "fine",
      meta: [
        describeTotals(review),
        ...(review.stack === undefined ? [] : [`compared with the stack ${review.stack}`]),
        `${formatCount(requests, "request")} in ${seconds.toFixed(1)} s`,
        `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`,
      ],
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
    {
      report: { workspace, at, findings: found, counts: { cases: byCase, severities: weights } },
      days: [],
      cases: sources.filter((name) => (byCase[name] ?? 0) > 0),
      severities,
      words,
      operations: operationWords,
      gists: Object.fromEntries(found.map(({ id, note = "" }) => [id, note])),
      notes: unread.map((part) => `${describePlace(part, workspace)}: ${part.part}: ${part.reason}`),
      calm: { title: "No rights", text: "Nobody has a right that this credential can see." },
    },
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
      ["Where", describePlace(grant, review.workspace)],
      ["Right", permission],
      ["Through", describeSource(grant)],
      ["Since", describeSince(grant)],
      ...(review.stack === undefined || declared === "" ? [] : [["Declared", declared] as const]),
    ],
  };
}
