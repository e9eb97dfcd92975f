/**
 * Resolves the args of the desired resources as far as possible: references resolved, users by their UUIDs.
 */
import { AuthenticationError, BitbucketError } from "../bitbucket";
import {
  type DesiredResource,
  DesiredStateError,
  type Diagnostic,
  findReferences,
  isSecretReference,
  MissingSecretError,
  resolveSecret,
  type SecretContext,
  type SecretReference,
  secretFields,
} from "../desired";
import { UserError } from "../errors";
import { keptValue } from "../kinds/kept";
import { type Properties, secretFieldsOf } from "../kinds/kind";
import { type LiveReader, UnknownUserError } from "../live";
import { hasUnknown, unknownValue } from "../model/unknown";
import { findDoubleUsers } from "../plan/doubleUsers";
import { userReferences } from "../plan/users";

/** The desired values of one resource. */
export interface DesiredValues {
  /** Unknown values are `unknownValue`. */
  readonly args: Properties;
  /** Fields whose values come from secret sources. Reports mask them. */
  readonly hidden: ReadonlySet<string>;
  /** Fields whose values are unknown, with the reason. */
  readonly unknown: ReadonlyMap<string, string>;
}

/**
 * Returns the desired values of each resource. Does not look up secret fields, which could not be compared,
 * so a run without the secrets works.
 *
 * @throws {DesiredStateError} with every user who cannot be found, as a preview does.
 */
export async function resolveDesired(
  resources: readonly DesiredResource[],
  context: SecretContext,
  reader: LiveReader,
  workspace: string,
): Promise<ReadonlyMap<DesiredResource, DesiredValues>> {
  const lookUp = memoizeLookup(context);
  const problems: Diagnostic[] = [];
  const found = new Map<DesiredResource, DesiredValues>();
  for (const resource of resources) {
    const { kind, args } = resource;
    const unknown = new Map<string, string>();
    const hidden = new Set<string>();
    const discreet = secretFields(args);
    const plain: Record<string, unknown> = {};
    const secrets = secretFieldsOf(kind, fillStandIns(args));
    for (const [field, value] of Object.entries(args)) {
      const references = findReferences(value);
      if (secrets.includes(field)) {
        plain[field] = references.length > 0 ? await secretOf(references, lookUp) : value;
        continue;
      }
      if (discreet.includes(field)) hidden.add(field);
      plain[field] = await resolveValue(value, lookUp, (reason) => unknown.set(field, reason));
    }
    for (const [field, users, single] of userReferences({ ...resource, args: plain })) {
      if (hasUnknown(plain[field])) continue;
      const uuids: string[] = [];
      for (const [index, user] of users.entries()) {
        try {
          uuids.push(await reader.people.uuidOf(workspace, user));
        } catch (error) {
          if (error instanceof UnknownUserError)
            problems.push({
              severity: "error",
              ...resource.positionOf(single ? [field] : [field, index]),
              message: error.message,
            });
          else if (error instanceof BitbucketError && !(error instanceof AuthenticationError))
            unknown.set(field, `the user cannot be looked up: ${error.message}`);
          else throw error;
        }
      }
      plain[field] = unknown.has(field) ? unknownValue : single ? uuids[0] : uuids;
    }
    found.set(resource, { args: plain, hidden, unknown });
  }
  problems.push(
    ...findDoubleUsers(new Map([...found].map(([resource, one]) => [resource, lookUpValues(one)]))),
  );
  if (problems.length > 0) throw new DesiredStateError(problems);
  return found;
}

/** The args, with "" for each value that could not be looked up. */
function lookUpValues({ args, unknown }: DesiredValues): Properties {
  return { ...args, ...Object.fromEntries([...unknown.keys()].map((field) => [field, ""])) };
}

/** Looks up a secret only if its presence matters; its value never does. */
async function secretOf(references: readonly SecretReference[], lookUp: SecretLookup): Promise<unknown> {
  for (const reference of references)
    if (reference.keepIfMissing && (await lookUp(reference)) instanceof MissingSecretError) return keptValue;
  return unknownValue;
}

type SecretLookup = (reference: SecretReference) => Promise<string | Error>;

function memoizeLookup(context: SecretContext): SecretLookup {
  const known = new Map<string, string | Error>();
  return async (reference) => {
    const key = JSON.stringify([reference.source, reference.name, reference.folder]);
    const value =
      known.get(key) ??
      (await resolveSecret(reference, context).catch((error: unknown) => {
        if (error instanceof AuthenticationError) throw error;
        return error instanceof Error ? error : new UserError(String(error));
      }));
    known.set(key, value);
    return value;
  };
}

async function resolveValue(
  value: unknown,
  lookUp: SecretLookup,
  fail: (reason: string) => void,
): Promise<unknown> {
  if (isSecretReference(value)) {
    const text = await lookUp(value);
    if (typeof text === "string") return text;
    fail(reasonOf(text));
    return unknownValue;
  }
  if (Array.isArray(value)) return Promise.all(value.map((item) => resolveValue(item, lookUp, fail)));
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(
    async ([key, held]) => [key, await resolveValue(held, lookUp, fail)] as const,
  );
  return Object.fromEntries(await Promise.all(entries));
}

function reasonOf(error: Error): string {
  return error instanceof DesiredStateError
    ? error.diagnostics.map(({ message }) => message).join(", ")
    : error.message;
}

function fillStandIns(args: Properties): Properties {
  return Object.fromEntries(
    Object.entries(args).map(([field, value]) => [field, isSecretReference(value) ? unknownValue : value]),
  );
}
