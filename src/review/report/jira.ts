/** The review as one Jira issue: what to look at first, with all rights in the attached CSV. */
import { bulletList, heading, paragraph } from "../../notify/adf";
import type { IssueContent } from "../../notify/jira";
import { formatPlace } from "../../report/text";
import type { AccessReview } from "../model";
import { renderReviewCsv } from "./csv";
import { describeDeclaration, describeHolder, describeSource, describeTotals, findRemarkable } from "./text";

/** Lines of one list: Jira takes 32,767 characters. */
const maxLines = 40;

export function reviewIssue(review: AccessReview): IssueContent {
  const { workspace, stack, at, unread } = review;
  const day = at.slice(0, 10);
  const list = (lines: readonly string[]) =>
    bulletList([
      ...lines.slice(0, maxLines).map((line) => line.slice(0, 200)),
      ...(lines.length > maxLines ? [`${lines.length - maxLines} more: see the attached CSV`] : []),
    ]);
  const group = "bitbucket-as-code-access-review";
  return {
    group,
    label: `${group}-${stack ?? workspace}`,
    title: `Review access in the Bitbucket workspace ${workspace}`,
    body: [
      paragraph(`${describeTotals(review)}. All of them are in the attached CSV.`),
      ...findRemarkable(review).flatMap(({ title, grants }) => [
        heading(`${title}: ${grants.length}`),
        list(
          grants.map((grant) => {
            const declared = stack === undefined ? "" : describeDeclaration(grant);
            return `${formatPlace(grant, workspace)}: ${describeHolder(grant)}: ${grant.permission}, through ${describeSource(grant)}${declared === "" ? "" : ` (${declared})`}`;
          }),
        ),
      ]),
      ...(unread.length === 0
        ? []
        : [
            heading(`Not read: ${unread.length}`),
            list(unread.map((part) => `${formatPlace(part, workspace)}: ${part.part}: ${part.reason}`)),
          ]),
    ],
    attachment: {
      name: `access-${workspace}-${day}.csv`,
      type: "text/csv",
      content: renderReviewCsv(review),
    },
  };
}
