/** Places in a repository's YAML, as `delegation:` writes them: `description`, `webhooks.*.url`. */
import { tryRead } from "../../errors";
import { fieldMeta, type Kind } from "../../kinds/kind";
import { suggestWord } from "../../model/suggest";
import { joinPath } from "../diagnostics";
import { schemaOf } from "../fieldCheck";
import type { Structure } from "../structure";

/** In the place of an entry's name: any entry that the team adds. */
export const anyEntry = "*";

/** A place that exists in the structure. */
interface DelegatedPlace {
  /** The names of sections, entries and, at last, the property. */
  readonly steps: readonly string[];
  /** The resource type at its end. */
  readonly kind: Kind;
  /** Omitted: a whole section. */
  readonly field?: string | undefined;
}

interface PlaceProblem {
  readonly problem: string;
  readonly suggestion?: string | undefined;
}

/** Finds a place in the YAML of a repository. */
export function findPlace(
  text: string,
  repository: Kind,
  structure: Structure,
): DelegatedPlace | PlaceProblem {
  const steps = splitPath(text);
  if (!steps) return { problem: 'must be a path such as "description" or "webhooks.*.url"' };
  let kind = repository;
  for (let index = 0; index < steps.length; ) {
    const name = steps[index] ?? "";
    const sections = structure.sectionsOf(kind);
    const section = sections.find((child) => child.yaml.section === name);
    if (!section) {
      if (!schemaOf(kind, name))
        return {
          problem: `a ${kind.title} has no property or section "${name}"`,
          suggestion: suggestWord(name, [
            ...Object.keys(kind.args.shape),
            ...sections.map((child) => child.yaml.section),
          ]),
        };
      if (index < steps.length - 1) return { problem: `"${name}" can be delegated only as a whole` };
      const reason = whyNeverDelegated(kind, name);
      return reason === undefined
        ? { steps, kind, field: name }
        : { problem: `"${name}" of a ${kind.title} is never delegated: it ${reason}` };
    }
    const reason = whyNeverDelegated(section);
    if (reason !== undefined) return { problem: `"${name}" is never delegated: it ${reason}` };
    kind = section;
    index += 1;
    if (section.yaml.form === "list" && index < steps.length)
      return { problem: `"${name}" is a list, which can be delegated only as a whole` };
    if (section.yaml.form === "map") index += 1;
  }
  return { steps, kind };
}

/** Why nobody but the centre sets a property, or anything of a resource type; undefined if it may be delegated. */
export function whyNeverDelegated(kind: Kind, field?: string): string | undefined {
  if (kind.isContent) return "is content of the repository, which a push changes";
  if (field === undefined) return undefined;
  const meta = fieldMeta(kind, field);
  if (meta.toolOption) return "decides what this tool does";
  if (kind.localFiles?.[field]) return "names a file on the machine that runs this tool";
  const isRepository = kind.parentRole === "repository";
  if (isRepository && (field === kind.yaml.nameField || kind.naturalKey.includes(field)))
    return "says which repository it is";
  if (isRepository && meta.reference === "project") return "says whose repository it is";
  return undefined;
}

/** `webhooks["a.b"].url` → webhooks, a.b, url */
function splitPath(text: string): string[] | undefined {
  const step = /(?:^|\.)([^.[\]"]+)|\[("(?:[^"\\]|\\.)*")\]/y;
  const steps: string[] = [];
  while (step.lastIndex < text.length) {
    const [, plain, quoted] = step.exec(text) ?? [];
    const name = plain ?? (quoted === undefined ? undefined : tryRead(() => String(JSON.parse(quoted))));
    if (name === undefined) return undefined;
    steps.push(name);
  }
  return steps.length > 0 ? steps : undefined;
}

/** The path as `delegation:` writes it. */
export function formatPlace(steps: readonly string[]): string {
  return steps.reduce((path, step) => (step === anyEntry ? `${path}.*` : joinPath(path, step)), "");
}
