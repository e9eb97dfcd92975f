/** What a run says of objects that it adopts. The engine itself counts them as created. */
import type { Kind, Properties } from "../kinds/kind";
import { describeResource } from "./describe";

const asDeclared = "was there already, as declared, and is managed from now on";

/**
 * A line for the user.
 *
 * @param consented Whether `adopt` was set.
 * @param changed The fields that are brought to the declared values.
 */
export function formatAdoption(
  kind: Kind,
  values: Properties,
  consented: boolean,
  changed: readonly string[],
): string {
  const what = describeResource(kind, values);
  if (!consented) return `${what}: ${asDeclared}`;
  return `${what}: adopted${changed.length > 0 ? `, with changes to ${changed.join(", ")}` : ", as it is"}`;
}

/** Whether a line of a preview says that the resource it is about would be adopted. */
export function announcesAdoption(line: string): boolean {
  return /^is there already: to be adopted(?: as it is|, with changes to .+)$/.test(line);
}

/** What `describe` calls the object that such a line is about; undefined for any other line. */
export function parseAdopted(line: string): string | undefined {
  return line.match(
    /^(.+): (?:adopted, (?:as it is|with changes to .+)|was there already, as declared, .+)$/,
  )?.[1];
}
