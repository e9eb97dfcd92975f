/** Delivers what a look at one repository or project found, as `drift` delivers what it finds. */
import type { DriftReport } from "../../drift";
import { messageOf, UserError } from "../../errors";
import type { SubjectLook } from "../../listen";
import type { ToldDrift } from "../../listen/told";
import { digestOf } from "../../model/canonical";
import { type DriftPart, findDrift } from "../../publish/notifyDrift";
import type { Deliver } from "../drift/work";

/**
 * Delivers to every place, also where one fails. Chats are told what is new or has changed since they were told last.
 *
 * @throws {UserError} if something could not be delivered: the look is repeated then.
 */
export async function deliverLook(
  delivers: readonly Deliver[],
  stack: string,
  result: SubjectLook,
  told: ToldDrift,
): Promise<void> {
  const problems: string[] = [];
  for (const deliver of delivers) {
    try {
      await deliverOne(deliver, stack, result, told);
    } catch (error) {
      problems.push(messageOf(error));
    }
  }
  if (problems.length > 0) throw new UserError(`Not delivered: ${problems.join(" ")}`);
}

async function deliverOne(
  deliver: Deliver,
  stack: string,
  { name, subject, outcome, message = "", report, drift }: SubjectLook,
  told: ToldDrift,
): Promise<void> {
  if (name === undefined) return;
  const part: DriftPart = { kind: subject ?? "repository", name };
  const key = `${part.kind} ${name}`;
  if (report && drift) {
    const found = tellableOf(report);
    const isNew = deliver.post ? told.newIn(deliver.name, key, found) : new Set<string>();
    const changes = { found: report.findings.filter(({ id }) => isNew.has(id)), changed: [] };
    await deliver.send({ ...drift, report, part, changes });
    if (deliver.post) told.note(deliver.name, key, found, report.complete);
    return;
  }
  if (!deliver.post || (outcome !== "unmanaged" && outcome !== "applied")) return;
  const found = new Map([["unmanaged", digestOf([outcome, message])]]);
  if (told.newIn(deliver.name, key, found).size === 0) return;
  await deliver.post({
    title: `Drift of ${stack}`,
    summary: `${part.kind} ${name}: ${message}`,
    lines: [],
    more: 0,
  });
  told.note(deliver.name, key, found, true);
}

function tellableOf(report: DriftReport): ReadonlyMap<string, string> {
  return new Map(findDrift(report).map(({ id, fingerprint }) => [id, fingerprint]));
}
