/** Merges one branch into another, with the strategies of a pull request. */
import type { BareRepository } from "./gitBare";
import { mergeBase } from "./gitDiff";
import { toPerson, toSeconds } from "./gitObjects";
import { GitFailure } from "./gitProcess";

export interface Merge {
  readonly strategy: string;
  readonly source: string;
  readonly destination: string;
  readonly message: string;
  /** `Name <address>`. */
  readonly author: string;
  readonly date: string;
}

/**
 * Returns the destination's new commit; undefined if the changes conflict, or the strategy is not applicable.
 */
export async function merge(bare: BareRepository, wanted: Merge): Promise<string | undefined> {
  const { strategy, source, destination } = wanted;
  const straight = (await mergeBase(bare, source, destination)) === destination;
  if (strategy === "fast_forward") return straight ? source : undefined;
  if (strategy === "squash_fast_forward" && !straight) return undefined;
  if (strategy.startsWith("rebase")) {
    const rebased = straight ? source : await rebase(bare, wanted);
    if (rebased === undefined || strategy === "rebase_fast_forward") return rebased;
    const tree = await treeOf(bare, rebased);
    return commit(bare, wanted, tree, [destination, rebased]);
  }
  const tree = await mergedTree(bare, destination, source);
  if (tree === undefined) return undefined;
  return commit(bare, wanted, tree, strategy === "merge_commit" ? [destination, source] : [destination]);
}

/** Applies the source's own commits, one by one, on top of the destination. */
async function rebase(bare: BareRepository, wanted: Merge): Promise<string | undefined> {
  const { source, destination } = wanted;
  const own = (await bare.git(["rev-list", "--reverse", "--no-merges", `${destination}..${source}`]))
    .toString()
    .split("\n")
    .filter(Boolean);
  let head = destination;
  for (const hash of own) {
    const [info] = await bare.commits([hash]);
    if (!info) return undefined;
    // A sibling of the picked commit, with the head's tree: their merge base is the picked commit's parent.
    const beside = await commit(bare, wanted, await treeOf(bare, head), info.parents);
    const tree = await mergedTree(bare, beside, hash);
    if (tree === undefined) return undefined;
    head = await commit(bare, { ...wanted, ...info }, tree, [head]);
  }
  return head;
}

async function treeOf(bare: BareRepository, hash: string): Promise<string> {
  return (await bare.git(["rev-parse", `${hash}^{tree}`])).toString().trim();
}

/** The merged tree; undefined if they conflict. */
async function mergedTree(bare: BareRepository, left: string, right: string): Promise<string | undefined> {
  try {
    return (await bare.git(["merge-tree", "--write-tree", left, right])).toString().split("\n")[0]?.trim();
  } catch (error) {
    if (error instanceof GitFailure && error.code === 1) return undefined;
    throw error;
  }
}

async function commit(
  bare: BareRepository,
  { message, author, date }: Pick<Merge, "message" | "author" | "date">,
  tree: string,
  parents: readonly string[],
): Promise<string> {
  const [, name = "", address = ""] = /^(.*) <(.*)>$/.exec(toPerson(author)) ?? [];
  const at = `${toSeconds(date)} +0000`;
  const made = await bare.git(
    ["commit-tree", tree, ...parents.flatMap((parent) => ["-p", parent]), "-F", "-"],
    {
      input: message,
      env: {
        GIT_AUTHOR_NAME: name,
        GIT_AUTHOR_EMAIL: address,
        GIT_AUTHOR_DATE: at,
        GIT_COMMITTER_NAME: name,
        GIT_COMMITTER_EMAIL: address,
        GIT_COMMITTER_DATE: at,
      },
    },
  );
  return made.toString().trim();
}
