/** Looks up secrets, as late as possible. */
import { readFile } from "node:fs/promises";
import { resolve } from "node:path";
import type { Env } from "../environment";
import { codeOf, messageOf } from "../errors";
import { keptValue } from "../kinds/kept";
import { runProgram } from "../process/run";
import { DesiredStateError, type Diagnostic } from "./diagnostics";
import { isSecretReference, type SecretReference, type SecretSource } from "./secret";
import type { DesiredStack } from "./stack";

/** Where secrets are looked up. */
export interface SecretContext {
  readonly env: Env;
  /** The stack's Pulumi configuration. */
  readonly config: (key: string) => string | undefined;
  /** Reads a path of Bitbucket's API as text, or the field of the response that follows a #. */
  readonly bitbucket?: (path: string) => Promise<string>;
}

/** A secret does not exist yet, or is empty. */
export class MissingSecretError extends DesiredStateError {}

/** Milliseconds that `pass` may take: somebody may have to type a passphrase. */
const patience = 120_000;

/**
 * Returns the value of a secret.
 *
 * @throws {DesiredStateError} if it does not exist or is empty. The message never contains the value.
 */
export async function resolveSecret(reference: SecretReference, context: SecretContext): Promise<string> {
  const value = await lookUpSecret(reference, context);
  if (value === "") return failMissing(reference, `${reference} is empty`);
  return value;
}

/**
 * Returns the values of all secrets of a stack by reference, and `keptValue` for missing ones that specify
 * `ifMissing: keep`.
 *
 * @throws {DesiredStateError} with all missing secrets, not only the first.
 */
export async function resolveSecrets(
  stack: DesiredStack,
  context: SecretContext,
): Promise<ReadonlyMap<unknown, string>> {
  const values = new Map<unknown, string>();
  const known = new Map<string, string | DesiredStateError>();
  const problems: Diagnostic[] = [];
  for (const reference of stack.resources.flatMap(({ args }) => findReferences(args))) {
    if (values.has(reference)) continue;
    const key = JSON.stringify([reference.source, reference.name, reference.folder]);
    // Sequentially: each may prompt for a passphrase.
    const found = known.get(key) ?? (await resolveSecret(reference, context).catch(toProblem));
    known.set(key, found);
    if (typeof found === "string") values.set(reference, found);
    else if (reference.keepIfMissing && found instanceof MissingSecretError) values.set(reference, keptValue);
    else problems.push(...found.diagnostics.map((problem) => ({ ...problem, ...reference.position })));
  }
  const unique = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  if (unique.size > 0) throw new DesiredStateError([...unique.values()]);
  return values;
}

/** All references in a value, however deep. */
/** Sources whose values are treated as secret in any field. */
const discreet: ReadonlySet<SecretSource> = new Set(["fromEnv", "fromConfig", "fromPass"]);

/** The fields whose values come, in whole or in part, from a secret source. */
export function secretFields(args: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.entries(args).flatMap(([field, value]) =>
    findReferences(value).some(({ source }) => discreet.has(source)) ? [field] : [],
  );
}

export function findReferences(value: unknown): SecretReference[] {
  if (isSecretReference(value)) return [value];
  if (typeof value !== "object" || value === null) return [];
  return Object.values(value).flatMap(findReferences);
}

/** The value with references replaced by secrets. */
export function fillSecrets(value: unknown, secrets: ReadonlyMap<unknown, string>): unknown {
  if (isSecretReference(value)) return secrets.get(value);
  if (Array.isArray(value)) return value.map((item) => fillSecrets(item, secrets));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, held]) => [key, fillSecrets(held, secrets)]));
}

async function lookUpSecret(reference: SecretReference, context: SecretContext): Promise<string> {
  const { source, name } = reference;
  switch (source) {
    case "fromEnv": {
      const value = Object.hasOwn(context.env, name) ? context.env[name] : undefined;
      return value ?? failMissing(reference, `the environment variable ${name} is not set`);
    }
    case "fromConfig":
      return (
        context.config(name) ??
        failMissing(
          reference,
          `the stack's configuration has no "${name}". Set it with: pulumi config set --secret ${name}`,
        )
      );
    case "fromPass":
      return firstLine(await pass(reference, context));
    case "fromBitbucket":
      return readFromBitbucket(reference, context);
    case "fromFile":
      return (await contentOf(reference)).replace(/\r?\n$/, "");
  }
}

async function readFromBitbucket(reference: SecretReference, context: SecretContext): Promise<string> {
  if (!reference.name.startsWith("/"))
    return failSecret(reference, "the path must start with a slash, as in /workspaces/acme#uuid");
  if (!context.bitbucket) return failSecret(reference, "Bitbucket is not available here");
  try {
    return await context.bitbucket(reference.name);
  } catch (error) {
    return failSecret(reference, `${reference.name} cannot be read: ${messageOf(error)}`);
  }
}

async function contentOf(reference: SecretReference): Promise<string> {
  try {
    return await readFile(resolve(reference.folder, reference.name), "utf8");
  } catch (error) {
    if (codeOf(error) === "ENOENT")
      return failMissing(reference, `the file ${reference.name} does not exist`);
    return failSecret(reference, `the file ${reference.name} cannot be read (${codeOf(error) ?? "unknown"})`);
  }
}

async function pass(reference: SecretReference, { env }: SecretContext): Promise<string> {
  const {
    exitCode,
    stdout,
    stderr,
    failure: end,
  } = await runProgram("pass", ["show", "--", reference.name], { env, patience });
  if (exitCode === 0) return stdout;
  const reason =
    end?.reason === "not found" ? "pass is not installed" : firstLine(stderr.trim()) || "pass failed";
  const problem = failure(reference, `the entry "${reference.name}" of pass is not available: ${reason}`);
  throw /is not in the password store/.test(stderr) ? new MissingSecretError(problem.diagnostics) : problem;
}

function firstLine(text: string): string {
  return text.split(/\r?\n/, 1)[0] ?? "";
}

function failSecret(reference: SecretReference, message: string): never {
  throw failure(reference, message);
}

function failMissing(reference: SecretReference, message: string): never {
  throw new MissingSecretError(failure(reference, message).diagnostics);
}

function failure(reference: SecretReference, message: string): DesiredStateError {
  return new DesiredStateError([{ severity: "error", ...reference.position, message }]);
}

function toProblem(error: unknown): DesiredStateError {
  if (error instanceof DesiredStateError) return error;
  throw error;
}
