/** What an object is called in YAML: short, telling, and made of what does not change. */
import { unprintable } from "../bitbucket/printable";
import type { Values } from "../kinds/kind";
import type { Surveyed } from "../live";

/** Longer titles are no names. */
const longest = 60;

/** Keys that the loader does not take. */
const refused = new Set(["__proto__", "constructor", "<<"]);

const makers: Readonly<Record<string, (args: Values, live: Surveyed) => string>> = {
  // The slug is what everybody calls it, is unique, and globs match it.
  Repository: (args) => String(args.slug),
  Webhook: (args) => title(args.description) ?? host(args.url),
  DeployKey: (args, { found }) => title(args.label) ?? title(found.outputs.comment) ?? `key-${found.id}`,
  SshKey: (args, { found }) => title(args.label) ?? `key-${found.id.slice(1, 9)}`,
  GpgKey: (args, { found }) => title(args.name) ?? found.id.slice(-16),
  BranchRestriction: (args) =>
    plain(
      `${String(args.kind)
        .replace(/^require_/, "")
        .replace(/_/g, "-")} ${args.pattern ?? args.branchType}`,
    ),
  PipelineSchedule: (args) => {
    const { pattern } = (args.selector ?? {}) as { pattern?: string };
    return plain([pattern === args.branch ? undefined : pattern, args.branch].filter(Boolean).join(" "));
  },
};

export function keyFor(live: Surveyed): string {
  const { kind, found } = live;
  if (kind.yaml.form === "single") return "";
  const named =
    makers[kind.name]?.(found.args, live) ?? String(found.args[kind.yaml.nameField ?? ""] ?? found.id);
  return isKey(named) ? named : plain(named) || plain(found.id) || kind.yaml.section;
}

/** A text that can be a name as it is. */
function title(value: unknown): string | undefined {
  if (typeof value !== "string" || value.length > longest || !isKey(value)) return undefined;
  return value;
}

function isKey(text: string): boolean {
  return text.trim() !== "" && text.search(unprintable) < 0 && !refused.has(text);
}

function host(url: unknown): string {
  return typeof url === "string" && URL.canParse(url) ? new URL(url).host : "webhook";
}

/** Letters, digits, dots and dashes. */
function plain(text: string): string {
  const made = text
    .replace(/\*+/g, "all")
    .replace(/[^\p{L}\p{N}._-]+/gu, "-")
    .replace(/^-+|-+$/g, "");
  return isKey(made) ? made : "";
}
