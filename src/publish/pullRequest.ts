import type { Client } from "../bitbucket";
import { parseAs } from "../errors";
import { publishComment } from "./comment";
import { formatComment, markerOf } from "./markdown";
import type { Notice } from "./notice";
import {
  branchOf,
  digestOfText,
  type FoundPullRequest,
  type Proposal,
  ProposalPlace,
  pullRequest,
} from "./proposalBranch";

export interface ProposalResult {
  readonly done: "created" | "updated" | "unchanged" | "commented" | "declined" | "skipped";
  readonly id?: number | undefined;
  readonly link?: string | undefined;
  /** What to know about it. */
  readonly note?: string | undefined;
}

/** @throws {UserError} if the checkout is not that of the main branch. */
export async function putProposal(
  client: Client,
  repository: string,
  proposal: Proposal,
): Promise<ProposalResult> {
  const place = new ProposalPlace(client, repository, proposal.stack);
  const main = await place.findMain();
  await place.requireBase(main.hash, proposal.base);
  const branch = await place.readBranch(main);
  const open = await place.findPullRequest("OPEN");
  if (branch?.isForeign) {
    const note = `Somebody else has committed to ${place.branch}: nothing was pushed to it`;
    if (!open) return { done: "skipped", note: `${note}. Rename or delete the branch, and run this again.` };
    const { link } = await publishComment(client, { repository, pullRequest: open.id }, proposal.notice, {
      link: proposal.link,
    });
    return { done: "commented", id: open.id, link, note: `${note}. The pull request has a comment instead.` };
  }
  if (!open && (await place.hasAll(main.hash, proposal.files)))
    return { done: "skipped", note: "The main branch has all of it already: apply it." };
  const digest = digestOf(proposal);
  const declined = open ? undefined : await place.findPullRequest("DECLINED");
  if (declined && digestIn(declined) === digest)
    return {
      done: "skipped",
      id: declined.id,
      link: declined.links?.html?.href,
      note: `Pull request #${declined.id} proposed the same, and was declined.`,
    };
  const pushed = await place.commit(proposal, main, branch);
  const description = formatComment(
    { ...proposal.notice, id: `${proposal.notice.id} ${digest}` },
    { link: proposal.link },
  );
  if (!open) {
    const { body } = await client.send({
      method: "POST",
      path: place.pullRequests,
      body: {
        title: proposal.title,
        description,
        source: { branch: { name: place.branch } },
        destination: { branch: { name: main.name } },
        close_source_branch: true,
      },
    });
    const made = parseAs(pullRequest, body, `The response to POST ${place.pullRequests}`);
    return { done: "created", id: made.id, link: made.links?.html?.href };
  }
  const link = open.links?.html?.href;
  // The link leads to another run each time: it alone is no change.
  if (!pushed && digestIn(open) === digest) return { done: "unchanged", id: open.id, link };
  await place.update(open, { title: proposal.title, description });
  return { done: "updated", id: open.id, link };
}

/** Declines the open pull request, with a comment that says why. Undefined: there is none. */
export async function withdrawProposal(
  client: Client,
  repository: string,
  { stack, why }: { readonly stack: string; readonly why: string },
): Promise<ProposalResult | undefined> {
  const place = new ProposalPlace(client, repository, stack);
  const open = await place.findPullRequest("OPEN");
  if (!open) return undefined;
  const branch = await place.readBranch(await place.findMain());
  const link = open.links?.html?.href;
  const comment = `${place.pullRequests}/${open.id}/comments`;
  if (branch?.isForeign) {
    const notice: Notice = {
      id: `${branchOf(stack)}-gone`,
      title: `Drift of ${stack}`,
      summary: why,
      passed: true,
      counts: [],
      rows: [],
      nothing: "Somebody else has committed to this branch, so it is left open.",
      remarks: [],
    };
    await publishComment(client, { repository, pullRequest: open.id }, notice, {});
    return {
      done: "commented",
      id: open.id,
      link,
      note: `Somebody else has committed to ${place.branch}: it is left open.`,
    };
  }
  await client.send({ method: "POST", path: comment, body: { content: { raw: why } } });
  // Without the digest, the same drift is proposed again if it comes back.
  await place.update(open, {
    title: open.title,
    description: (open.description ?? "").replace(place.marker, markerOf({ id: place.branch })),
  });
  await client.send({ method: "POST", path: `${place.pullRequests}/${open.id}/decline` });
  return { done: "declined", id: open.id, link };
}

function digestIn({ description }: FoundPullRequest): string | undefined {
  return description?.match(/^\[\/\/\]: # "\S+ ([0-9a-f]{32})"$/m)?.[1];
}

function digestOf({ files, told }: Proposal): string {
  const sorted = [...files].sort(([one], [other]) => (one < other ? -1 : 1));
  return digestOfText(JSON.stringify(told === undefined ? sorted : [sorted, told]));
}
