/** The outcome of one operation, described without values: statuses, names of fields and headers. */
import { z } from "zod";
import { BitbucketError, PermissionError } from "../src/bitbucket";
import { UnexpectedShapeError } from "../src/live";
import { NotAppliedError } from "../src/provider/errors";
import { StoppedError } from "./client";
import { GuardError } from "./guard";
import type { Exchange } from "./observe";

export const verdicts = ["passed", "differs", "not-allowed", "not-possible"] as const;

export interface CaseOutcome {
  readonly verdict: (typeof verdicts)[number];
  /** The differences from the expectation, or why it was not possible; if it passed, what it required. */
  readonly differences: readonly string[];
}

/** A live object is not as expected. */
export class Mismatch extends Error {
  /** @param shown For the terminal only. */
  constructor(
    readonly differences: readonly string[],
    readonly shown = "",
  ) {
    super(differences.join("; "));
    this.name = "Mismatch";
  }
}

/**
 * Performs an operation. Only errors that stop the run are thrown.
 *
 * @param work Returns what is notable although it passed.
 */
export async function outcomeOf(
  work: () => Promise<readonly string[]>,
  refusals: readonly Exchange[],
  say: (line: string) => void,
): Promise<CaseOutcome> {
  const before = refusals.length;
  try {
    return { verdict: "passed", differences: await work() };
  } catch (error) {
    if (error instanceof StoppedError || error instanceof GuardError) throw error;
    if (error instanceof Mismatch) {
      if (error.shown !== "") say(error.shown);
      return { verdict: "differs", differences: error.differences };
    }
    say(`    ${error instanceof Error ? error.message : String(error)}`);
    const refusal = refusals.slice(before).at(-1);
    if (isNotAllowed(error, refusal))
      return { verdict: "not-allowed", differences: [textOf(error, refusal)] };
    return { verdict: "differs", differences: [textOf(error, refusal)] };
  }
}

/** Whether the credential, its user or the workspace's plan lacks a permission. */
function isNotAllowed(error: unknown, refusal: Exchange | undefined): boolean {
  if (error instanceof PermissionError) return true;
  return !(error instanceof BitbucketError) && (refusal?.status === 403 || refusal?.status === 402);
}

function textOf(error: unknown, refusal: Exchange | undefined): string {
  if (error instanceof NotAppliedError) return `accepted and not applied: ${error.fields.join(", ")}`;
  if (error instanceof UnexpectedShapeError) return textOf(error.cause, refusal);
  if (error instanceof z.ZodError)
    return `an answer's form: ${error.issues.map((issue) => `${issue.path.join(".")} ${issue.code}`).join(", ")}`;
  if (refusal) return refusalText(refusal);
  if (error instanceof BitbucketError) return `no answer that counts: ${error.code}`;
  return error instanceof Error ? error.name : "unknown";
}

/** Method, path, status and the names of the refused fields. */
export function refusalText({ method, template, status, body }: Exchange): string {
  const parsed = z.object({ error: z.object({ fields: z.unknown() }) }).safeParse(body);
  const fields = parsed.success ? parsed.data.error.fields : undefined;
  const names = fields && typeof fields === "object" && !Array.isArray(fields) ? Object.keys(fields) : [];
  return `${method} ${template} → ${status}${names.length > 0 ? `, fields: ${names.filter(isName).join(", ")}` : ""}`;
}

/** Whether a text is the name of an API field, and not a value: a key, an id, an address. */
export function isName(text: string): boolean {
  return /^[_$]?[a-z][A-Za-z0-9_]{0,40}$/.test(text) && hasFewDigits(text);
}

/** The same for a header, in lower case. */
export function isHeaderName(text: string): boolean {
  return /^[a-z][a-z0-9-]{0,40}$/.test(text) && hasFewDigits(text);
}

function hasFewDigits(text: string): boolean {
  return text.replace(/\D/g, "").length <= 2 || /^sha\d+$/.test(text);
}
