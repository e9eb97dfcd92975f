/** Imports an existing object as a resource, by an id that a person has written, for `pulumi import`. */
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { BitbucketError, NotFoundError } from "../bitbucket";
import { UserError } from "../errors";
import { deploymentEnvironment } from "../kinds";
import { keptValue } from "../kinds/kept";
import {
  defaultsOf,
  identityOf,
  type Kind,
  type LiveObject,
  type Location,
  type Properties,
} from "../kinds/kind";
import { toCanonicalUuid } from "../kinds/uuid";
import { UnprovenAbsenceError } from "../live";
import { levelField, neededLevel } from "../model/level";
import { toLocation } from "../model/location";
import { toInputs, toOutputs, withoutDefaults } from "../model/values";
import { howIdsLook, type Named, parseImportId } from "./importId";
import type { Provider } from "./provider";

/** A resource as the engine records it. */
interface Imported {
  readonly id: string;
  readonly inputs: Properties;
  readonly outputs: Properties;
  /** The object as the API shows it. */
  readonly live: Properties;
}

/** An id that refers to nothing, or is malformed for its kind. */
class ImportIdError extends UserError {
  constructor(kind: Kind, id: string, reason: string, workspace: string | undefined) {
    super(`"${id}" ${reason}. ${howIdsLook(kind, workspace)}`);
  }
}

/** @throws {ImportIdError} that describes the valid forms of an id. */
export async function importObject(provider: Provider, kind: Kind, given: string): Promise<Imported> {
  const { workspace } = provider;
  const id = given.trim();
  const named = parseImportId(kind, id, workspace);
  if (!named) throw new ImportIdError(kind, id, `is not an id of a ${kind.title}`, workspace);
  const example = String(named.places.workspace ?? workspace ?? "");
  try {
    const places = await resolvePlaces(provider, named.places);
    const at = await locate(provider, kind, places);
    const found = places && (await look(provider, kind, at, named));
    if (found) return await record(provider, kind, places, at, found);
  } catch (error) {
    const missing = error instanceof NotFoundError || error instanceof UnprovenAbsenceError;
    if (!missing && !(error instanceof BitbucketError && error.status === 400)) throw error;
  }
  throw new ImportIdError(
    kind,
    id,
    `does not match a ${kind.title} that this credential can access`,
    example || undefined,
  );
}

/** The location, with the UUID of an environment that is given by its name. */
async function resolvePlaces({ session }: Provider, places: Properties): Promise<Properties> {
  const { environment, workspace, repository } = places;
  if (typeof environment !== "string" || environment.startsWith("{")) return places;
  const at = { workspace: String(workspace), repository: String(repository) };
  const found = await session.reader.find(deploymentEnvironment, at, { name: environment });
  return { ...places, environment: found?.id ?? environment };
}

async function locate({ session }: Provider, kind: Kind, places: Properties): Promise<Location> {
  const at = toLocation(kind, places);
  const { reader } = session;
  if (kind.parents.includes("account")) {
    const account = await reader.people.currentUser();
    if (account === undefined)
      throw new UserError(
        `A ${kind.title} belongs to a user, and this credential has none: use a user's API token.`,
      );
    return { ...at, account };
  }
  return at.project === undefined
    ? at
    : { ...at, project: await reader.projectKey(at.workspace, at.project) };
}

async function look(
  { session }: Provider,
  kind: Kind,
  at: Location,
  { key, fields }: Named,
): Promise<LiveObject | undefined> {
  const { reader } = session;
  if (key === undefined) return (await reader.list(kind, at))[0];
  if ("single" in kind.source) return fields && reader.find(kind, at, fields);
  const id = toCanonicalUuid(key);
  const [field = ""] = kind.naturalKey;
  const isUser = field === "user" && !id.startsWith("{");
  const wanted = fields ?? { [field]: isUser ? await reader.people.uuidOf(at.workspace, key) : key };
  const all = await reader.list(kind, at);
  return (
    all.find((one) => one.id === id) ??
    all.find((one) => hasSameIdentity(kind, one.args, wanted)) ??
    (kind.source.idIsKey || kind.contents ? reader.read(kind, at, id, wanted) : undefined)
  );
}

function hasSameIdentity(kind: Kind, args: Properties, wanted: Properties): boolean {
  try {
    return identityOf(kind, args) === identityOf(kind, wanted);
  } catch {
    return false;
  }
}

/** The state entry: the fields that differ from the defaults of a new object. */
async function record(
  { session }: Provider,
  kind: Kind,
  places: Properties,
  at: Location,
  found: LiveObject,
): Promise<Imported> {
  const usual: Properties = { ...defaultsOf(kind), ...kind.serverDefaults?.(found.args) };
  const chosen = Object.fromEntries(
    Object.entries(found.args).filter(
      ([field, value]) =>
        field in kind.args.shape && value !== undefined && !isDeepStrictEqual(value, usual[field]),
    ),
  );
  const declared = { ...places, ...chosen };
  const home = kind.parents.includes("account")
    ? undefined
    : await session.reader.workspaces.findHome({ ...at, inState: false });
  const outputs = toOutputs(kind, { ...defaultsOf(kind), ...declared }, found, {
    recreated: true,
    workspaceUuid: at.repository === undefined ? home?.uuid : undefined,
  });
  const level = neededLevel(kind, places);
  return {
    id: found.id,
    outputs,
    live: found.args,
    inputs: {
      ...withoutDefaults(kind, toInputs(kind, outputs)),
      ...standIns(kind, outputs),
      ...(level === undefined ? {} : { [levelField]: level }),
    },
  };
}

/** For required fields that the API does not show: a program that keeps what the server has is complete. */
function standIns(kind: Kind, outputs: Properties): Properties {
  return Object.fromEntries(
    Object.entries(kind.args.shape).flatMap(([field, schema]) =>
      outputs[field] === undefined && !(schema as z.ZodType).safeParse(undefined).success
        ? [[field, keptValue]]
        : [],
    ),
  );
}
