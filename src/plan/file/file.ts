/** Plan files on disk, and several of them as one. */
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { z } from "zod";
import { formatShapeError } from "../../errors";
import { canonicalJson } from "../../model/canonical";
import { type PlanBody, type PlanFile, PlanRefusedError, planFileSchema, planFormat } from "./format";
import { type PlanKey, type PlanSigner, verifyPlan } from "./signature";

export function writePlan(path: string, plan: PlanFile): void {
  writeFileSync(path, `${JSON.stringify(plan, null, 2)}\n`);
}

/**
 * Reads a plan and verifies its signature.
 *
 * @throws {PlanRefusedError} where it is no plan, or was changed.
 */
export function readPlan(path: string, key: PlanKey | undefined): PlanFile {
  return readSignedPlan(path, key).plan;
}

/** The same, with the signer of its secrets: to make another one takes a tenth of a second. */
export function readSignedPlan(
  path: string,
  key: PlanKey | undefined,
): { readonly plan: PlanFile; readonly signer: PlanSigner } {
  const plan = parsePlan(textOf(path), path);
  return { plan, signer: verifyPlan(plan, key) };
}

/** Bytes of a plan, at most. */
const maxBytes = 256 * 1024 * 1024;

function textOf(path: string): string {
  if (!existsSync(path)) throw new PlanRefusedError([`there is no file ${path}`]);
  const stats = statSync(path);
  if (stats.isDirectory()) throw new PlanRefusedError([`${path} is a folder`]);
  if (stats.size > maxBytes) throw new PlanRefusedError([`${path} is too large for a plan`]);
  return readFileSync(path, "utf8");
}

/** @param name What it is called in errors. */
export function parsePlan(text: string, name: string): PlanFile {
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch {
    throw new PlanRefusedError([`${name} is not JSON, or is truncated`]);
  }
  const format = z.object({ format: z.string() }).safeParse(content).data?.format;
  if (format !== planFormat)
    throw new PlanRefusedError([
      format === undefined
        ? `${name} is not a plan`
        : `${name} has the format "${format}", and "${planFormat}" is supported`,
    ]);
  const parsed = planFileSchema.safeParse(content);
  if (!parsed.success) {
    throw new PlanRefusedError([`${name} is not a valid plan: ${formatShapeError(parsed.error)}`]);
  }
  // What a reader of the file would take for its content has to be what is carried out.
  if (countKeys(parsed.data) !== countWrittenKeys(text))
    throw new PlanRefusedError([`${name} is not a valid plan: it contains a duplicate or misplaced key`]);
  return parsed.data;
}

/** Objects in objects, at most: settings of Bitbucket go three or four deep. */
const deepest = 100;

/** How many keys the objects of a value have; undefined where it is nested deeper than any plan. */
function countKeys(whole: unknown): number | undefined {
  let count = 0;
  const left: [value: unknown, depth: number][] = [[whole, 0]];
  for (let next = left.pop(); next; next = left.pop()) {
    const [value, depth] = next;
    if (typeof value !== "object" || value === null) continue;
    if (depth > deepest) return undefined;
    if (!Array.isArray(value)) count += Object.keys(value).length;
    for (const held of Object.values(value)) left.push([held, depth + 1]);
  }
  return count;
}

/** How many keys are in JSON. */
function countWrittenKeys(text: string): number {
  let count = 0;
  for (const [, colon] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"(\s*:)?/g))
    if (colon !== undefined) count += 1;
  return count;
}

/**
 * Plans of parts of a stack as one of the whole.
 *
 * @param wanted The names of all Pulumi stacks of the stack.
 * @param signer Signs the whole.
 * @param secrets The digests of the secrets by that signer.
 * @throws {PlanRefusedError} where they do not fit together, or one is missing.
 */
export function joinPlans(
  plans: readonly PlanFile[],
  wanted: readonly string[],
  signer: PlanSigner,
  secrets: Readonly<Record<string, string>> | undefined,
): PlanFile {
  const [first] = plans;
  if (!first) throw new PlanRefusedError(["there is no plan to join"]);
  const reasons: string[] = [];
  const seen = new Set<string>();
  for (const plan of plans) {
    for (const part of ["tool", "stack", "workspace", "server", "sources", "moves"] as const)
      if (canonicalJson(plan[part]) !== canonicalJson(first[part])) reasons.push(`they differ in "${part}"`);
    for (const one of plan.only ?? wanted) {
      if (seen.has(one)) reasons.push(`${one} is in more than one of them`);
      seen.add(one);
    }
  }
  for (const one of wanted) if (!seen.has(one)) reasons.push(`there is none for ${one}`);
  if (reasons.length > 0)
    throw new PlanRefusedError([...new Set(reasons)], "Create the plan of each part from the same commit.");
  const body: PlanBody = {
    format: planFormat,
    tool: first.tool,
    stack: first.stack,
    workspace: first.workspace,
    server: first.server,
    createdAt: plans.map(({ createdAt }) => createdAt).sort()[0] ?? first.createdAt,
    sources: first.sources,
    changes: plans.flatMap(({ changes }) => changes),
    unchanged: plans.reduce((sum, { unchanged }) => sum + unchanged, 0),
    moves: first.moves,
    live: Object.assign({}, ...plans.map(({ live }) => live)),
    ...(secrets === undefined ? {} : { secrets: { ...secrets } }),
  };
  return signer.sign(body);
}
