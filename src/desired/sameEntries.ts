/** The entries whose text is the same in two versions of a stack's files: their values are the same, and are read once. */
import { kinds } from "../kinds";
import { type SplitText, splitText } from "./splitText";
import { Structure } from "./structure";

interface SameEntries {
  /** The earlier version, without what is the same: lines keep their numbers. */
  readonly before: ReadonlyMap<string, string>;
  /** The keys of the repositories that are written the same, and get the same layers. */
  readonly repositories: ReadonlySet<string>;
}

/** The value of such a field depends on a file beside the YAML. */
const localFiles = kinds.flatMap((kind) => Object.keys(kind.localFiles ?? {}));

/** What puts something into a repository from a file that is not looked at here. */
const fromElsewhere = new RegExp(`^["']?delegation\\b|\\b(?:${localFiles.join("|")})["']? *:`, "m");

/**
 * Compares the texts of two versions of a stack, by their files' names.
 *
 * @returns Undefined where anything but entries of repositories differs, or may come from elsewhere.
 */
export function findSameEntries(
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): SameEntries | undefined {
  const section = new Structure().profiledKind?.yaml.section;
  const left = new Map<string, string>();
  const repositories = new Set<string>();
  if (section === undefined || before.size !== after.size) return undefined;
  for (const [name, former] of before) {
    const now = after.get(name);
    if (now === undefined || [former, now].some((text) => fromElsewhere.test(text))) return undefined;
    const [was, is] = [splitText(former), splitText(now)];
    if (!was || !is || remainderOf(was, section) !== remainderOf(is, section)) return undefined;
    const lines = former.split("\n");
    const texts = new Map(entriesOf(is, section).map((entry) => [entry.name, entry.text]));
    for (const entry of entriesOf(was, section)) {
      if (texts.get(entry.name) !== entry.text) continue;
      // A key that is there twice is a mistake, which the whole text tells.
      if (repositories.has(entry.name)) return undefined;
      repositories.add(entry.name);
      const start = entry.line - 1;
      lines.fill("", start, start + entry.text.split("\n").length - 1);
    }
    left.set(name, lines.join("\n"));
  }
  return { before: left, repositories };
}

function entriesOf({ sections }: SplitText, name: string) {
  return sections.flatMap((section) => (section.name === name ? section.entries : []));
}

/** All but the entries of a section. Empty lines mean nothing there. */
function remainderOf({ rest, sections }: SplitText, name: string): string {
  const others = sections.filter((section) => section.name !== name);
  return JSON.stringify([
    rest.split("\n").filter((line) => line.trim() !== ""),
    others.map((section) => [section.name, section.entries.map(({ text }) => text)]),
  ]);
}
