/** Why a change that was asked for before is still one. */
import type { Kind, Properties } from "../kinds/kind";
import { findRepeatedRequests, formatStillNotApplied, summarizeStillNotApplied } from "../model/notApplied";
import { noteForRun } from "../pulumi/notes";

/** What was said of each object in this process: the engine asks for the same difference more than once. */
const explanations = new Map<string, string>();

export interface ExplanationOptions {
  /** Shows a warning to the user. */
  readonly warn: (text: string) => unknown;
  /** Whether it is shown with the resource's name. */
  readonly isBesideName: boolean;
}

/** Says of a change that comes back why it does. */
export async function explain(
  kind: Kind,
  id: string,
  outputs: Properties,
  news: Properties,
  changed: readonly string[],
  { warn, isBesideName }: ExplanationOptions,
): Promise<void> {
  const fields = findRepeatedRequests(kind, outputs, news, changed);
  const name = `${kind.name} ${id}`;
  if (fields.length === 0 || explanations.has(name)) return;
  const text = isBesideName ? summarizeStillNotApplied(fields) : formatStillNotApplied(kind, news, fields);
  explanations.set(name, text);
  await warn(text);
}

/** The change was not applied this time either: who reads that needs no explanation from before. */
export function supersedeExplanation(kind: Kind, id: string): void {
  const text = explanations.get(`${kind.name} ${id}`);
  if (text !== undefined) noteForRun({ note: "superseded", text });
}
