/** The changes between two commits, from git. */
import type { BareRepository } from "./gitBare";

/** The empty tree. */
const emptyTree = "4b825dc642cb6eb9a060e54bf8d69288fbee4904";

export interface Range {
  /** A commit, or undefined for the empty tree. */
  readonly from: string | undefined;
  readonly to: string;
}

export interface DiffOptions {
  readonly context?: number;
  readonly paths?: readonly string[];
  readonly ignoreWhitespace?: boolean;
  readonly binary?: boolean;
  readonly renames?: boolean;
}

export interface Stat {
  readonly status: "added" | "removed" | "modified" | "renamed";
  readonly added: number;
  readonly removed: number;
  readonly old: string | undefined;
  readonly new: string | undefined;
}

export async function mergeBase(
  bare: BareRepository,
  left: string,
  right: string,
): Promise<string | undefined> {
  try {
    return (await bare.git(["merge-base", left, right])).toString().trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Git's output, in the encoding of the files. */
export function diff(bare: BareRepository, range: Range, options: DiffOptions = {}): Promise<Buffer> {
  return bare.git([
    "diff",
    "--no-ext-diff",
    "--no-color",
    ...flags(options),
    ...rangeArguments(range, options),
  ]);
}

/** A patch mail for each commit that is in one and not in the other. */
export function patch(bare: BareRepository, { from, to }: Range): Promise<Buffer> {
  const which = from === undefined ? ["--root", to] : [`${from}..${to}`];
  return bare.git(["format-patch", "--stdout", "--no-signature", ...which]);
}

export async function diffStat(
  bare: BareRepository,
  range: Range,
  options: DiffOptions = {},
): Promise<readonly Stat[]> {
  const run = async (form: string) => {
    const text = await bare.git(["diff", form, "-z", ...flags(options), ...rangeArguments(range, options)]);
    return text.toString().split("\0").filter(Boolean).values();
  };
  const counts = new Map<string, readonly [added: number, removed: number]>();
  const numbers = await run("--numstat");
  for (const line of numbers) {
    const [added, removed, path] = line.split("\t");
    // For a rename, the old path and the new one follow.
    if (path === "") numbers.next();
    counts.set(path || next(numbers), [Number(added) || 0, Number(removed) || 0]);
  }
  const stats: Stat[] = [];
  const names = await run("--name-status");
  for (const letter of names) {
    const path = next(names);
    const target = /^[RC]/.test(letter) ? next(names) : path;
    const [added, removed] = counts.get(target) ?? [0, 0];
    stats.push({
      status: statuses[letter[0] ?? ""] ?? "modified",
      added,
      removed,
      old: letter === "A" ? undefined : path,
      new: letter === "D" ? undefined : target,
    });
  }
  return stats;
}

function next(values: Iterator<string, unknown>): string {
  const { value } = values.next();
  return typeof value === "string" ? value : "";
}

const statuses: Readonly<Record<string, Stat["status"]>> = {
  A: "added",
  D: "removed",
  R: "renamed",
  C: "added",
};

function flags(options: DiffOptions): readonly string[] {
  return [
    ...(options.context === undefined ? [] : [`--unified=${options.context}`]),
    ...(options.ignoreWhitespace ? ["--ignore-all-space"] : []),
    ...(options.binary ? ["--binary"] : []),
    options.renames === false ? "--no-renames" : "--find-renames",
  ];
}

function rangeArguments({ from, to }: Range, { paths = [] }: DiffOptions): readonly string[] {
  return [from ?? emptyTree, to, "--", ...paths];
}
